import type { ClientRequest } from 'node:http';
import { DeadlineExceededError, FailedResponseError, type Policy, type StopReason, type Timer } from '@breakwater/core';
import type { Admission, Permit } from '@breakwater/core/adapter';
import type { GotError, GotOptions, GotResponse, GotRetry, RetryInput } from '../got-types.js';
import type { BeforeAttempt, RequestResilience } from '../request-options.js';
import { mark, type OwnError } from '../resilience-error.js';
import { type UserDelay, userDelay } from '../user/user-calculate-delay.js';
import { Attempts } from './attempt-tracker.js';
import { beginSession, type SentKey, sendKey } from './begin-session.js';
import { EndSignal } from './call-end-signal.js';
import { Line } from './in-flight.js';

/**
 * One call of got's, seen through its hooks: got runs the loop and calls them; they answer with what the policy's session says.
 *
 * A call begins with the first `beforeRequest`, each attempt with the last one. What an attempt ended with is told by whichever
 * comes first of `afterResponse`, `calculateDelay`, `beforeRetry`, `beforeError` and the end of the promise or stream: none of
 * them always comes.
 */
export class GotCall {
  /** Another installation has taken this one's place, or the options are in use for the next page. */
  isReplaced = false;
  /** What got has under way. */
  readonly line = new Line();
  readonly #policy: Policy;
  readonly #wanted: RequestResilience | undefined;
  readonly #userDelay: UserDelay;
  #over = new EndSignal();
  #attempts: Attempts | undefined;
  #attemptsBefore = 0;
  #sentKey: SentKey | undefined;
  #userSignal: AbortSignal | undefined;
  #deadline: Timer | undefined;
  #mayRetry = true;
  /** What the latest attempt that brought an answer of its own has ended with: the caller's, where no later one does. */
  #answer: GotError | undefined;
  /** The error of ours that ends the call. */
  #refusal: OwnError | undefined;
  #isAnsweredByHook = false;

  constructor(policy: Policy, wanted: RequestResilience | undefined, retry: GotRetry) {
    this.#policy = policy;
    this.#wanted = wanted;
    this.#userDelay = userDelay(retry);
  }

  /** The first `beforeRequest`. */
  begin(options: GotOptions): void {
    if (this.#attempts !== undefined) return;
    // Where this throws, got must not ask for more.
    this.#mayRetry = false;
    const session = beginSession(this.#policy, this.#wanted, options, this.#over.asAbortSignal, this.#attemptsBefore);
    this.#mayRetry = true;
    const { clock } = this.#policy.settings;
    this.#attempts = new Attempts(session, clock);
    this.#userSignal = options.signal;
    this.#sentKey = sendKey(this.#policy, session, options);
    const { totalMs } = session.timeouts;
    if (totalMs === undefined) return;
    this.#deadline = clock.schedule(() => this.#expire(new DeadlineExceededError(session.key, totalMs)), totalMs);
  }

  /** The last `beforeRequest`. */
  admit(options: GotOptions): void | Promise<void> {
    const attempts = this.#attempts;
    // The further requests of a redirect belong to the attempt.
    if (attempts === undefined || attempts.isOpen) return;
    this.#throwIfOver();
    const admission = attempts.session.admit();
    if (!(admission instanceof Promise)) return this.#enter(attempts, admission, options);
    return admission.then((admitted) => this.#enter(attempts, admitted, options));
  }

  /** The first `afterResponse`. */
  answered(response: GotResponse): GotResponse {
    this.line.request = response.request;
    this.#isAnsweredByHook = this.#attempts?.isOpen === false;
    this.#attempts?.settleResponse(response);
    // An error is all that makes got try again.
    if (response.ok && this.#attempts?.decision?.retry) throw new FailedResponseError(response.statusCode);
    return response;
  }

  /** `calculateDelay`. */
  async delay(input: RetryInput): Promise<number | undefined> {
    const { error } = input;
    this.line.request = error.request;
    if (!this.#mayRetry) return 0;
    const attempts = this.#attempts;
    attempts?.settleError(error);
    const decision = attempts?.takeDecision();
    // What is no attempt's failure is between got and its user: a hook that threw, or one that asks for another request.
    const isOurs = decision !== undefined && (decision.retry || decision.stopReason !== 'success');
    if (attempts?.session.mode !== 'enforce' || !isOurs || error.name === 'RetryError')
      return this.#userDelay.alone(input);
    if (!decision.retry && BINDING.has(decision.stopReason)) return 0;

    this.#answer = error;
    const delayMs = await this.#userDelay.on(decision, input);
    if (!this.#mayRetry || delayMs === 0) return 0;
    if (delayMs > (attempts.session.remainingMs() ?? Number.POSITIVE_INFINITY)) {
      attempts.stopReason = 'deadline';
      return 0;
    }
    attempts.retries();
    return delayMs;
  }

  /** The last `beforeRetry`: it matters where somebody has put another `calculateDelay` in place of ours. */
  retried(error: GotError): void {
    const attempts = this.#attempts;
    if (attempts === undefined) return;
    attempts.settleError(error);
    if (attempts.takeDecision() === undefined) return;
    this.#answer = error;
    attempts.retries();
  }

  /** The first `beforeError`: the error that the caller gets. */
  failed(error: GotError): GotError {
    this.line.request = error.request;
    this.#attempts?.settleError(error, true);
    if (this.#refusal === undefined) return error;
    return this.#answer ?? mark(error, this.#refusal);
  }

  /** A request goes out: an attempt's, or a redirect's next. */
  sent(client: ClientRequest): void {
    this.line.client = client;
    this.#attempts?.sent();
    const problem = this.#attempts?.timedOut ?? this.#refusal;
    if (problem !== undefined) client.destroy(problem);
  }

  /** A stream has its headers. Its attempt goes on until the body ends. */
  headersCame(response: GotResponse): void {
    this.line.response = response;
    const attempts = this.#attempts;
    if (attempts === undefined) return;
    this.#isAnsweredByHook = !attempts.isOpen;
    attempts.stopTimer();
    // A download may take longer than a probe has, and the headers show that the server is back.
    if (this.#policy.breaker(attempts.session.key).state === 'half-open') attempts.settleResponse(response, true);
  }

  /** The promise has resolved, the stream has ended. The report is kept with `stream` too. */
  succeeded(response: GotResponse | undefined, stream?: object): void {
    const attempts = this.#attempts;
    if (attempts === undefined) return;
    if (response === undefined) attempts.settleUnknown();
    else attempts.settleResponse(response, true);
    this.#finish(attempts, this.#isAnsweredByHook ? 'success' : attempts.stopReason, response, stream);
  }

  /** The promise has rejected, the stream has failed. The report is kept with `stream` too. */
  rejected(error: GotError, stream?: object): void {
    const attempts = this.#attempts;
    if (attempts === undefined) return;
    // All that fails a stream within got's loop passes `beforeError`: else somebody else has destroyed it.
    const isDestroyed = stream !== undefined && attempts.isOpen;
    const isCancelled = isDestroyed || CANCELLED.has(error.name) || this.#userSignal?.aborted === true;
    if (!isCancelled) attempts.settleError(error, true);
    if (this.#refusal !== undefined && error.code === this.#refusal.code) mark(error, this.#refusal);
    // After a good answer it was a hook of the user's that failed.
    const stopReason = attempts.stopReason === 'success' ? 'permanent' : attempts.stopReason;
    this.#finish(attempts, isCancelled ? 'cancelled' : stopReason, error, error.response, stream);
  }

  /** The stream is gone. Where it has neither ended nor failed, its user has no more need of it. */
  closed(): void {
    if (this.#attempts !== undefined) this.#finish(this.#attempts, 'cancelled');
  }

  /** A stream's user goes on after all, when the call seemed to be over. */
  resume(): void {
    if (!this.#over.aborted) return;
    this.#attemptsBefore += this.#attempts?.session.attempts ?? 0;
    this.#attempts = undefined;
    this.#over = new EndSignal();
  }

  /** Takes back the header that was added to a request, where its options are used again. */
  takeBackKey({ headers }: GotOptions): void {
    if (this.#sentKey === undefined) return;
    const { name, value } = this.#sentKey;
    if (headers[name] === value) delete headers[name];
  }

  #enter(attempts: Attempts, admission: Admission, options: GotOptions): void | Promise<void> {
    const { session } = attempts;
    if (!admission.admitted) {
      this.#throwIfOver();
      attempts.stopReason = admission.stopReason;
      throw this.#refuse(admission.error as OwnError);
    }
    // It may have waited for so long that nobody waits for it any more: the session's end gives the permit back.
    this.#throwIfOver();
    const { permit } = admission;
    attempts.begin(permit, (error) => this.line.cut(error));
    const beforeAttempt = this.#wanted?.beforeAttempt;
    if (beforeAttempt === undefined || session.mode !== 'enforce') return;
    return this.#prepare(attempts, permit, beforeAttempt, options);
  }

  async #prepare(attempts: Attempts, { attempt }: Permit, prepare: BeforeAttempt, options: GotOptions): Promise<void> {
    try {
      const headers = await prepare(options, attempt);
      for (const [name, value] of Object.entries(headers ?? {})) options.headers[name.toLowerCase()] = value;
    } catch (error) {
      attempts.giveBack('cancelled');
      this.#mayRetry = false;
      throw error;
    }
    this.#throwIfOver();
  }

  #throwIfOver(): void {
    this.#over.throwIfAborted();
    if (this.#refusal !== undefined) throw this.#refusal;
  }

  #expire(deadline: DeadlineExceededError): void {
    this.#refuse(deadline);
    this.#attempts?.giveBack('deadline');
    this.line.end(deadline, this.#answer ?? deadline);
  }

  #refuse(refusal: OwnError): OwnError {
    this.#refusal = refusal;
    this.#mayRetry = false;
    return refusal;
  }

  #finish(attempts: Attempts, stopReason: StopReason, ...ends: (object | undefined)[]): void {
    this.#over.abort(OVER);
    this.#deadline?.cancel();
    attempts.end(stopReason);
    for (const end of ends) attempts.session.keepReport(end);
    this.line.clear();
    this.#answer = undefined;
  }
}

/** One for all calls: nobody sees it. */
const OVER = new Error('the call is over');
const CANCELLED: ReadonlySet<string> = new Set(['CancelError', 'AbortError']);
/** Where a user's `calculateDelay` is not asked. */
const BINDING: ReadonlySet<StopReason> = new Set<StopReason>(['one-shot-body', 'cancelled', 'deadline']);
