import type { ClientRequest } from 'node:http';
import { DeadlineExceededError, FailedResponseError, type Policy, type StopReason } from '@breakwater/core';
import type { Admission } from '@breakwater/core/adapter';
import type { GotError, GotOptions, GotRequest, GotResponse, RetryInput } from '../got-types.js';
import type { BeforeAttempt, RequestResilience } from '../request-options.js';
import { UserDelay } from '../user/user-calculate-delay.js';
import { isNodeStream, isOneShotBody, isUsedUp, mayBeRenewed } from './attempt-body.js';
import { AttemptPlace, mayMove } from './attempt-place.js';
import { beginSession, sendKey } from './begin-session.js';
import { CallEndSignal } from './call-end-signal.js';
import { CallEnding, failureReason } from './call-ending.js';
import { CallRun } from './call-run.js';
import { InFlight } from './in-flight.js';
import { prepareAttempt } from './prepare-attempt.js';
import { passOverStaleSocket } from './stale-sockets.js';
import { TimeLimit } from './time-limit.js';

/**
 * One call of got's, seen through its hooks: got runs the loop and calls them, and they answer with the decisions of
 * the policy.
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
 * None of them always comes, so each settles an attempt that is still open. got's promise is not among them: a listener
 * of ours would make its rejection a handled one.
 */
export class GotCall {
  /** Another installation has taken the place of this one, or the options are in use for the next page. */
  isReplaced = false;
  readonly inFlight = new InFlight();
  /** Undefined if there is none. */
  readonly timeLimit: TimeLimit | undefined;
  readonly #policy: Policy;
  readonly #wanted: RequestResilience | undefined;
  readonly #userDelay: UserDelay;
  #run: CallRun | undefined;
  /** Attempts of an earlier run: the user of a stream may go on when the call seemed to be over. */
  #attemptsBefore = 0;
  readonly #ending = new CallEnding();
  /** A `beforeRequest` hook of the user's has answered in place of the server. */
  #isAnsweredByHook = false;

  constructor(policy: Policy, wanted: RequestResilience | undefined, options: GotOptions) {
    this.#policy = policy;
    this.#wanted = wanted;
    this.#userDelay = new UserDelay(options.retry);
    this.timeLimit = hasTimeLimits(policy, wanted) ? new TimeLimit(policy.settings.clock) : undefined;
  }

  onFirstBeforeRequest(options: GotOptions, context: unknown): void {
    const run = this.#run ?? this.#begin(options, context);
    run.options = options;
    // The further requests of a redirect belong to the attempt.
    if (run.step === 'over' || run.attempts.isOpen) return;
    run.step = 'attempting';
    this.#ending.emitted = undefined;
    this.inFlight.request = undefined;
    this.timeLimit?.hooksBegin(run.session, (error) => this.#ending.refuse(error));
    if (this.inFlight.stream === undefined) run.followSignal(options, () => this.onCancel());
  }

  onLastBeforeRequest(options: GotOptions): void | Promise<void> {
    const run = this.#run;
    if (run === undefined || run.attempts.isOpen) return;
    this.#throwIfOver(run);
    run.waitEnded();
    const nowMs = run.dueMs(this.#policy.settings.clock.now());
    const beforeAttempt = this.#wanted?.beforeAttempt;
    if (beforeAttempt !== undefined && run.session.mode === 'enforce') {
      return this.#prepareAndEnter(run, beforeAttempt, options, nowMs);
    }
    this.#followPlace(run, options);
    const admission = run.session.admit(nowMs);
    if (!(admission instanceof Promise)) return this.#enter(run, admission, options);
    return admission.then((admitted) => this.#enter(run, admitted, options));
  }

  /** The deadline may come while the user's `beforeRedirect` hooks run. */
  onBeforeRedirect(response: GotResponse): void {
    this.#follow(response.request);
  }

  /** `isOnly`: the user has no hooks of this kind. */
  onFirstAfterResponse(response: GotResponse, isOnly: boolean): void {
    const run = this.#run;
    if (run === undefined || run.step === 'over') return;
    const { attempts } = run;
    this.#isAnsweredByHook = !attempts.isOpen;
    attempts.settleResponse(response);
    // Only an error makes got try again.
    if (response.ok && attempts.decision?.retry) throw new FailedResponseError(response.statusCode);
    if (response.ok && isOnly) this.#succeed(run, response);
    else this.#follow(response.request);
  }

  /** The user's hooks may have put another response in place of the server's. */
  onLastAfterResponse(response: GotResponse): void {
    const run = this.#run;
    if (run?.step === 'attempting' && response.ok) this.#succeed(run, response, response.request.options);
  }

  async onCalculateDelay(input: RetryInput): Promise<number | undefined> {
    const { error } = input;
    const run = this.#run;
    this.#follow(error.request);
    if (this.#ending.stop !== undefined || run?.step === 'over') return 0;
    if (run === undefined) return this.#userDelay.alone(input);
    const { attempts, session } = run;
    run.step = 'attempting';
    if (passOverStaleSocket(run, error)) return AT_ONCE_MS;
    attempts.settleError(error);
    const decision = attempts.takeDecision();
    // What is no attempt's failure is between got and its user: a hook that threw, or one that asks for another
    // request.
    const isOurs = decision !== undefined && (decision.retry || decision.stopReason !== 'success');
    if (session.mode !== 'enforce' || !isOurs || error.name === 'RetryError') return this.#userDelay.alone(input);
    if (!decision.retry && BINDING.has(decision.stopReason)) return 0;

    this.#ending.answer = error;
    const delayMs = await this.#userDelay.on(decision, input);
    if (this.#ending.stop !== undefined || delayMs === 0) return 0;
    if (delayMs > (session.remainingMs() ?? Number.POSITIVE_INFINITY)) {
      attempts.stopReason = 'deadline';
      return 0;
    }
    attempts.retryFollows();
    run.waitBegan(this.#policy.settings.clock.now() + delayMs, () => this.#letGo(run, error));
    return delayMs;
  }

  onBeforeRetry(error: GotError): void {
    const run = this.#run;
    if (run === undefined || run.step === 'over') return;
    const { attempts } = run;
    // Another `calculateDelay` may have taken the place of ours.
    attempts.settleError(error);
    if (attempts.takeDecision() !== undefined) {
      this.#ending.answer = error;
      attempts.retryFollows();
    }
    if (this.#mayResend(run, error)) run.step = 'retrying';
  }

  onBeforeError(error: GotError): GotError {
    this.#follow(error.request);
    this.#run?.attempts.settleError(error, true);
    return this.#ending.errorFor(error);
  }

  /** A request goes out: an attempt's, or the next one of a redirect. */
  onRequest(client: ClientRequest): void {
    this.inFlight.client = client;
    const attempts = this.#run?.attempts;
    if (attempts === undefined) return;
    attempts.isSent = true;
    const problem = attempts.timedOut ?? this.#ending.refusal;
    if (problem !== undefined) client.destroy(problem);
  }

  /** A stream has its headers. Its attempt goes on until the body ends. */
  onStreamResponse(response: GotResponse): void {
    this.inFlight.response = response;
    const attempts = this.#run?.attempts;
    if (attempts === undefined) return;
    this.#isAnsweredByHook = !attempts.isOpen;
    attempts.stopTimer();
    // A download may take longer than a probe has, and the headers show that the server is back.
    if (this.#policy.breaker(attempts.session.key).state === 'half-open') attempts.settleResponse(response, true);
  }

  /** A stream has ended. */
  onSuccess(stream: object): void {
    const run = this.#run;
    if (run === undefined) return;
    const { response } = this.inFlight;
    if (response === undefined) run.attempts.settleUnknown();
    else run.attempts.settleResponse(response, true);
    this.#succeed(run, response, stream);
  }

  /** A stream has failed. */
  onFailure(error: GotError, stream: object): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#ending.copyRefusalOnto(error);
    this.#finish(run, failureReason(run.attempts), error, error.response, stream);
  }

  /** A stream is gone. If it has neither ended nor failed, its user has no more need of it. */
  onClose(): void {
    if (this.#run !== undefined) this.#finish(this.#run, 'cancelled');
  }

  /**
   * The caller has cancelled the promise, or aborted its signal. The error names its request's options, and so leads to
   * the report.
   */
  onCancel(): void {
    if (this.#run !== undefined) this.#finish(this.#run, 'cancelled', this.#run.options);
  }

  /** A stream's user goes on after all, when the call seemed to be over. */
  resume(): void {
    const run = this.#run;
    if (run?.step !== 'over') return;
    this.#attemptsBefore += run.session.attempts;
    this.#run = undefined;
  }

  /** Removes what was added to a request, besides hooks: its options are used again. */
  release({ headers, retry }: GotOptions): void {
    this.isReplaced = true;
    const sentKey = this.#run?.sentKey;
    if (sentKey !== undefined && headers[sentKey.name] === sentKey.value) delete headers[sentKey.name];
    const { calculateDelay, enforceRetryRules } = this.#userDelay;
    retry.calculateDelay = calculateDelay;
    if (enforceRetryRules !== undefined) retry.enforceRetryRules = enforceRetryRules;
  }

  #begin(options: GotOptions, context: unknown): CallRun {
    const policy = this.#policy;
    const wanted = this.#wanted;
    const end = new CallEndSignal();
    // If this throws, got must not ask for more.
    this.#ending.failByUser();
    const beforeAttempt = wanted?.beforeAttempt;
    const isOneShot = isOneShotBody(options.body) && !mayBeRenewed(options, context, wanted);
    const session = beginSession(
      policy,
      wanted,
      options,
      end.asAbortSignal,
      isOneShot,
      this.#attemptsBefore,
      beforeAttempt && (() => mayMove(beforeAttempt)),
    );
    this.#ending.stop = undefined;
    const run = new CallRun(policy, session, end, options, new AttemptPlace(policy, wanted, options));
    this.#run = run;
    run.sentKey = sendKey(policy, session, options);
    const { totalMs } = session.timeouts;
    if (totalMs !== undefined) {
      const expire = (): void => this.#expire(run, new DeadlineExceededError(session.key, totalMs));
      run.deadline = policy.settings.clock.schedule(expire, totalMs);
    }
    return run;
  }

  #enter(run: CallRun, admission: Admission, options: GotOptions): void {
    const { attempts } = run;
    // It may have waited for so long that the call is over: the session's end returns the permit.
    this.#throwIfOver(run);
    if (!admission.admitted) throw this.#ending.refuseBy(attempts, admission);
    attempts.begin(admission.permit, (error) => {
      this.inFlight.cutAttempt(error);
      this.timeLimit?.interrupt(error);
    });
    this.timeLimit?.hooksEnded();
    run.sentBody = options.body;
  }

  #followPlace({ place, session }: CallRun, options: GotOptions, by?: BeforeAttempt): void {
    const moved = place.moved(options, by);
    if (moved !== undefined) session.moveTo(moved);
  }

  /**
   * Runs `beforeAttempt` before the attempt has a permit: a token that it fetches through the same policy may need that
   * itself.
   */
  async #prepareAndEnter(run: CallRun, prepare: BeforeAttempt, options: GotOptions, nowMs: number): Promise<void> {
    const { attempts, session } = run;
    this.#followPlace(run, options);
    const refused = await session.approach(nowMs);
    this.#throwIfOver(run);
    if (refused !== undefined) throw this.#ending.refuseBy(attempts, refused);
    const timedOut = await prepareAttempt(prepare, options, session, this.timeLimit).catch((error: unknown) => {
      // A call that ran out of time has its error.
      if (error !== this.#ending.refusal) this.#ending.failByUser();
      throw error;
    });
    this.#throwIfOver(run);
    // `#mayResend` has taken a used body off, so that got leaves it to `beforeAttempt` to set a new one.
    const isUsed = timedOut === undefined && isUsedUp(options.body ?? run.sentBody, run.sentBody);
    const { answer } = this.#ending;
    if (answer !== undefined && isUsed) throw this.#ending.endWith(attempts, answer, 'one-shot-body');
    this.#followPlace(run, options, prepare);
    this.#enter(run, await session.admit(), options);
    if (timedOut !== undefined) throw attempts.timeOut(timedOut);
  }

  /** Tells whether got goes on to make the retry. A body that can be sent once only has to be a new one. */
  #mayResend(run: CallRun, error: GotError): boolean {
    const { attempts, session, sentBody } = run;
    const options = error.request?.options;
    if (session.mode !== 'enforce' || options === undefined) return true;
    if (!isUsedUp(options.body, sentBody)) return true;
    if (this.#wanted?.beforeAttempt !== undefined) {
      // got would refuse it before `beforeAttempt` has its turn.
      options.body = undefined;
      return true;
    }
    // got itself refuses a stream for its promises, and no hook or event of ours comes before the caller learns of it.
    if (!isNodeStream(sentBody) || this.inFlight.stream !== undefined)
      throw this.#ending.endWith(attempts, error, 'one-shot-body');
    this.#finish(run, 'one-shot-body', error, error.response);
    return false;
  }

  #throwIfOver(run: CallRun): void {
    if (run.step === 'over') throw new Error('the call is over');
    if (this.#ending.refusal !== undefined) throw this.#ending.refusal;
  }

  #expire(run: CallRun, deadline: DeadlineExceededError): void {
    this.#ending.refuse(deadline);
    run.attempts.release('deadline');
    run.attempts.stopReason = 'deadline';
    this.timeLimit?.end(deadline);
    this.inFlight.endCall(deadline, this.#ending.answer ?? deadline);
  }

  /** The policy was closed while got waits for the retry: the call ends with the answer that it has. */
  #letGo({ attempts }: CallRun, answer: GotError): void {
    this.#ending.endWith(attempts, answer, 'disabled');
    this.timeLimit?.end(answer);
    this.inFlight.endCall(answer, answer);
  }

  /** Follows one of got's requests to its end. A stream's is followed already. */
  #follow(request: GotRequest | undefined): void {
    const { inFlight } = this;
    if (request === undefined || request === inFlight.request) return;
    inFlight.request = request;
    if (inFlight.stream !== undefined) return;
    request.on('error', (error) => this.#onRequestError(request, error));
    request.on('close', () => this.#onRequestClose(request));
  }

  /** The last error that a request emits is the one that its promise rejects with. */
  #onRequestError(request: GotRequest, error: GotError): void {
    if (request !== this.inFlight.request) return;
    this.#ending.emitted = error;
    this.#ending.copyRefusalOnto(error);
    if (this.#run?.step === 'over') this.#keepReport(this.#run, error, error.response);
  }

  #onRequestClose(request: GotRequest): void {
    const run = this.#run;
    if (run?.step !== 'attempting' || request !== this.inFlight.request) return;
    const error = this.#ending.closingError;
    if (error !== undefined) this.#finish(run, failureReason(run.attempts), error, error.response);
    else if (run.attempts.isOpen) this.#finish(run, 'cancelled');
    else this.#succeed(run, request.response);
  }

  #succeed(run: CallRun, ...ends: (object | undefined)[]): void {
    this.#finish(run, this.#isAnsweredByHook ? 'success' : run.attempts.stopReason, ...ends);
  }

  #finish(run: CallRun, stopReason: StopReason, ...ends: (object | undefined)[]): void {
    run.end(stopReason);
    this.#keepReport(run, ...ends);
    this.inFlight.clear();
    this.#ending.answer = undefined;
  }

  #keepReport({ session }: CallRun, ...ends: (object | undefined)[]): void {
    for (const end of ends) if (end !== undefined) session.keepReport(end);
  }
}

/** To got, 0 is no retry. */
const AT_ONCE_MS = 1;
/** The reasons to stop that a user's `calculateDelay` does not change. */
const BINDING: ReadonlySet<StopReason> = new Set<StopReason>(['one-shot-body', 'cancelled', 'deadline']);

/** Tells if the call may have time limits. Those of its session are not known yet. */
function hasTimeLimits({ settings }: Policy, wanted: RequestResilience | undefined): boolean {
  const { attemptMs, totalMs } = settings.timeouts;
  return attemptMs !== undefined || totalMs !== undefined || wanted?.timeouts !== undefined;
}
