import type { ClientRequest } from 'node:http';
import { FailedResponseError, type Policy, type StopReason } from '@breakwater/core';
import type { GotError, GotOptions, GotResponse, RetryInput } from '../got-types.js';
import type { RequestResilience } from '../request-options.js';
import { isNodeStream, isUsedUp } from './attempt-body.js';
import { beginRun } from './begin-run.js';
import { failureReason } from './call-ending.js';
import type { CallRun } from './call-run.js';
import { CallState } from './call-state.js';
import { admitAttempt } from './enter-attempt.js';
import { finish, followRequest, succeed } from './finish-call.js';
import type { InFlight } from './in-flight.js';
import { passOverStaleSocket } from './stale-sockets.js';
import type { TimeLimit } from './time-limit.js';

/**
 * One call of got, seen through its hooks. got runs the loop and calls them, and they return the decisions of the
 * policy.
 *
 * | hook or event | what happens here |
 * |---|---|
 * | first `beforeRequest` | the session begins; the time limits start |
 * | last `beforeRequest` | the attempt is admitted, or refused by throwing |
 * | first `afterResponse` | the attempt is settled |
 * | last `afterResponse` | a good answer ends the call |
 * | `calculateDelay` | the attempt is settled; the policy decides about a retry |
 * | last `beforeRetry` | a retry follows |
 * | first `beforeError` | the caller's error is chosen |
 * | `close` of got's request | the call ends, unless a retry follows |
 * | the caller's signal, `cancel()` | the call ends |
 *
 * Each of them may be absent, so each settles an attempt that is still open. got's promise is not among them, because a
 * listener on it would mark its rejection as handled.
 */
export class GotCall {
  /** Set if another installation has replaced this one, or the options are in use for the next page. */
  isReplaced = false;
  readonly #state: CallState;

  constructor(policy: Policy, wanted: RequestResilience | undefined, options: GotOptions) {
    this.#state = new CallState(policy, wanted, options);
  }

  get inFlight(): InFlight {
    return this.#state.inFlight;
  }

  /** Undefined if there is none. */
  get timeLimit(): TimeLimit | undefined {
    return this.#state.timeLimit;
  }

  /** Runs a function of the user's as part of the attempt under way. */
  insideAttempt<T>(fn: () => T): T {
    const { run } = this.#state;
    return run === undefined ? fn() : run.attempts.inside(fn);
  }

  onFirstBeforeRequest(options: GotOptions, context: unknown): void {
    const run = this.#state.run ?? beginRun(this.#state, options, context);
    run.options = options;
    // The further requests of a redirect belong to the same attempt.
    if (run.step === 'over' || run.attempts.isOpen) return;
    run.step = 'attempting';
    this.#state.ending.emitted = undefined;
    this.inFlight.request = undefined;
    this.timeLimit?.hooksBegin(run.session, (error) => this.#state.ending.refuse(error));
    if (this.inFlight.stream === undefined) run.followSignal(options, () => this.onCancel());
  }

  onLastBeforeRequest(options: GotOptions): void | Promise<void> {
    return this.#enter(options, false);
  }

  /** Called in place of the first and the last `beforeRequest` hook if the user has none. */
  onOnlyBeforeRequest(options: GotOptions, context: unknown): void | Promise<void> {
    const isNew = this.#state.run === undefined;
    this.onFirstBeforeRequest(options, context);
    return this.#enter(options, isNew);
  }

  /** Ends a call whose deadline comes while the user's `beforeRedirect` hooks run. */
  onBeforeRedirect(response: GotResponse): void {
    followRequest(this.#state, response.request);
  }

  /** `isOnly`: the user has no hooks of this kind. */
  onFirstAfterResponse(response: GotResponse, isOnly: boolean): void {
    const { run } = this.#state;
    if (run === undefined || run.step === 'over') return;
    const { attempts } = run;
    this.#state.isAnsweredByHook = !attempts.isOpen;
    attempts.settleResponse(response);
    // got retries only after an error.
    if (response.ok && attempts.decision?.retry) throw new FailedResponseError(response.statusCode);
    if (response.ok && isOnly) succeed(this.#state, run, response);
    else followRequest(this.#state, response.request);
  }

  /** The user's hooks may have replaced the server's response. */
  onLastAfterResponse(response: GotResponse): void {
    const { run } = this.#state;
    if (run?.step === 'attempting' && response.ok) succeed(this.#state, run, response, response.request.options);
  }

  async onCalculateDelay(input: RetryInput): Promise<number | undefined> {
    const { error } = input;
    const { run } = this.#state;
    followRequest(this.#state, error.request);
    if (this.#state.ending.stop !== undefined || run?.step === 'over') return 0;
    if (run === undefined) return this.#state.userDelay.alone(input);
    const { attempts, session } = run;
    run.step = 'attempting';
    if (passOverStaleSocket(run, error)) return AT_ONCE_MS;
    attempts.settleError(error);
    const decision = attempts.takeDecision();
    // A failure outside of an attempt is between got and its user: a hook that threw, or that asks for another request.
    const isOurs = decision !== undefined && (decision.retry || decision.stopReason !== 'success');
    if (session.mode !== 'enforce' || !isOurs || error.name === 'RetryError') return this.#state.userDelay.alone(input);
    if (!decision.retry && BINDING.has(decision.stopReason)) return 0;

    this.#state.ending.answer = error;
    const delayMs = await this.#state.userDelay.on(decision, input);
    if (this.#state.ending.stop !== undefined || delayMs === 0) return 0;
    if (delayMs > (session.remainingMs() ?? Number.POSITIVE_INFINITY)) {
      attempts.stopReason = 'deadline';
      return 0;
    }
    attempts.retryFollows();
    run.waitBegan(this.#state.policy.settings.clock.now() + delayMs, () => this.#endReleased(run, error));
    return delayMs;
  }

  onBeforeRetry(error: GotError): void {
    const { run } = this.#state;
    if (run === undefined || run.step === 'over') return;
    const { attempts } = run;
    // Another `calculateDelay` may have replaced this package's.
    attempts.settleError(error);
    if (attempts.takeDecision() !== undefined) {
      this.#state.ending.answer = error;
      attempts.retryFollows();
    }
    if (this.#mayResend(run, error)) run.step = 'retrying';
  }

  onBeforeError(error: GotError): GotError {
    followRequest(this.#state, error.request);
    this.#state.run?.attempts.settleError(error, true);
    return this.#state.ending.errorFor(error);
  }

  /** Called when a request is sent: an attempt's, or the next one of a redirect. */
  onRequest(client: ClientRequest): void {
    this.inFlight.client = client;
    const attempts = this.#state.run?.attempts;
    if (attempts === undefined) return;
    attempts.isSent = true;
    const problem = attempts.timedOut ?? this.#state.ending.refusal;
    if (problem !== undefined) client.destroy(problem);
  }

  /** Called when a stream has its headers. Its attempt continues until the body ends. */
  onStreamResponse(response: GotResponse): void {
    this.inFlight.response = response;
    const attempts = this.#state.run?.attempts;
    if (attempts === undefined) return;
    this.#state.isAnsweredByHook = !attempts.isOpen;
    attempts.stopTimer();
    // A download may take longer than the lease of a probe, and the headers already show that the server is back.
    if (this.#state.policy.breaker(attempts.session.key).state === 'half-open') attempts.settleResponse(response, true);
  }

  /** Called when a stream has ended. */
  onSuccess(stream: object): void {
    const { run } = this.#state;
    if (run === undefined) return;
    const { response } = this.inFlight;
    if (response === undefined) run.attempts.settleUnknown();
    else run.attempts.settleResponse(response, true);
    succeed(this.#state, run, response, stream);
  }

  /** Called when a stream has failed. */
  onFailure(error: GotError, stream: object): void {
    const { run } = this.#state;
    if (run === undefined) return;
    this.#state.ending.copyRefusalOnto(error);
    finish(this.#state, run, failureReason(run.attempts), error, error.response, stream);
  }

  /** Called when a stream is closed. If it has neither ended nor failed, its user has no more need of it. */
  onClose(): void {
    const { run } = this.#state;
    if (run !== undefined) finish(this.#state, run, 'cancelled');
  }

  /**
   * Called when the caller has cancelled the promise or aborted its signal. The error refers to its request's options,
   * beside which the report is kept.
   */
  onCancel(): void {
    const { run } = this.#state;
    if (run !== undefined) finish(this.#state, run, 'cancelled', run.options);
  }

  /** Begins another run if a stream's user continues after the call seemed to be over. */
  resume(): void {
    const { run } = this.#state;
    if (run?.step !== 'over') return;
    this.#state.attemptsBefore += run.session.attempts;
    this.#state.run = undefined;
  }

  /** Removes what was added to a request other than hooks, because its options are used again. */
  release({ headers, retry }: GotOptions): void {
    this.isReplaced = true;
    const sentKey = this.#state.run?.sentKey;
    if (sentKey !== undefined && headers[sentKey.name] === sentKey.value) delete headers[sentKey.name];
    const { calculateDelay, enforceRetryRules } = this.#state.userDelay;
    retry.calculateDelay = calculateDelay;
    if (enforceRetryRules !== undefined) retry.enforceRetryRules = enforceRetryRules;
  }

  #enter(options: GotOptions, isInPlace: boolean): void | Promise<void> {
    const { run } = this.#state;
    if (run === undefined || run.attempts.isOpen) return;
    return admitAttempt(this.#state, run, options, isInPlace);
  }

  /** Tells if got may make the retry. A body that can be sent only once must have been replaced. */
  #mayResend(run: CallRun, error: GotError): boolean {
    const { attempts, session, sentBody } = run;
    const options = error.request?.options;
    if (options === undefined || !isUsedUp(options.body, sentBody)) return true;
    // got itself refuses a stream for its promises, without a further hook or event before the caller gets the error.
    const isRefused = isNodeStream(sentBody) && this.inFlight.stream === undefined;
    if (session.mode !== 'enforce') {
      if (isRefused) finish(this.#state, run, 'disabled', error, error.response);
      return !isRefused;
    }
    if (this.#state.wanted?.beforeAttempt !== undefined) {
      // got would refuse it before `beforeAttempt` runs.
      options.body = undefined;
      return true;
    }
    if (!isRefused) throw this.#state.ending.endWith(attempts, error, 'one-shot-body');
    finish(this.#state, run, 'one-shot-body', error, error.response);
    return false;
  }

  /** Ends the call with the answer that it has, since the policy was closed while got waited for a retry. */
  #endReleased({ attempts }: CallRun, answer: GotError): void {
    this.#state.ending.endWith(attempts, answer, 'disabled');
    this.timeLimit?.end(answer);
    this.inFlight.endCall(answer, answer);
  }
}

/** The shortest delay: to got, 0 means no retry. */
const AT_ONCE_MS = 1;
/** Reasons to stop that a user's `calculateDelay` cannot override. */
const BINDING: ReadonlySet<StopReason> = new Set<StopReason>(['one-shot-body', 'cancelled', 'deadline']);
