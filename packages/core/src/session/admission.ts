import type { BreakerAdmission, BreakerPermit } from '../breaker/state.js';
import { MAX_TIMER_MS } from '../host/clock.js';
import { pause } from '../host/pause.js';
import type { Breaker } from '../key/key-breaker.js';
import type { AttemptLimit } from '../limit/limit.js';
import { CircuitOpenError, CoolDownError, DeadlineExceededError, LimitedError } from '../outcome/errors.js';
import { spread } from '../retry/spread.js';
import type { StopReason } from '../telemetry/report.js';
import { type CallContext, deadlineLeftMs, elapsedLeftMs, isCancelled, timeLeftMs } from './call-context.js';
import { isInsideLimit, isInsideProbe } from './nesting.js';
import { AttemptPermit } from './permit.js';
import type { Refused } from './session.js';

type AdmissionResult = AttemptPermit | Refused;

/** The gates before an attempt, in their order: the caller's cancel, the key's cool-down, its breaker, its limit. */
export function admitAttempt(state: CallContext, nowMs: number): AdmissionResult | Promise<AdmissionResult> {
  return passGates(state, nowMs, passBreaker);
}

/**
 * The gates at which an attempt takes nothing: the caller's cancel, the key's cool-down, an open circuit. Returns undefined if the
 * attempt may be prepared. An attempt that may be sent to another place passes the gates of that place.
 */
export function approachAttempt(state: CallContext, nowMs: number): Refused | undefined | Promise<Refused | undefined> {
  const { mayMove } = state;
  return passGates<Refused | undefined>(state, nowMs, mayMove ? () => undefined : refusalByBreaker, !mayMove);
}

/** The gate that follows on those that take nothing. */
type NextGate<T> = (state: CallContext, nowMs: number) => T | Promise<T>;

function passGates<T>(
  state: CallContext,
  nowMs: number,
  next: NextGate<T>,
  isKeyKnown = true,
): T | Refused | Promise<T | Refused> {
  const { settings, entry, mode } = state;
  if (mode === 'enforce') {
    if (isCancelled(state)) return cancelled(state);
    if (state.released !== undefined) {
      if (state.log.attempts > 0) return letGo(state);
      // It makes its one attempt as it would without a policy.
      if (state.released === 'off') return next(state, nowMs);
    }
    const late = state.log.elapsedMs(nowMs) > 0 ? tooLate(state, nowMs) : undefined;
    if (late !== undefined) return late;
  }
  if (isKeyKnown && settings.coolDown !== false && entry.coolDown.remainingMs(nowMs) > 0) {
    const { maxWaiting } = settings.coolDown;
    if (mode === 'enforce') return passCoolDown(state, maxWaiting, next);
    const { waitMs } = entry.coolDown.nextTurn(nowMs, entry.turnEveryMs(nowMs));
    if (coolDownIsTooLong(state, maxWaiting, waitMs, nowMs)) {
      state.log.wouldReject('cool-down', entry.coolDown.remainingMs(nowMs));
    }
  }
  return next(state, nowMs);
}

/**
 * A call that was let go makes no further attempt. One that has made none makes its one attempt as it would without a policy, unless
 * the policy was closed: then it passes the gates that it need not wait at.
 */
function letGo(state: CallContext): Refused {
  return refused(state, 'disabled', new CoolDownError(state.entry.key, 0));
}

/** A wait has taken longer than it was to: the host was asleep, or too busy to run its timers. */
function tooLate(state: CallContext, nowMs: number): Refused | undefined {
  const { entry, log, settings, timeouts } = state;
  if (timeouts.totalMs !== undefined && deadlineLeftMs(state, nowMs) <= 0) {
    log.rejected('deadline', undefined);
    return refused(state, 'deadline', new DeadlineExceededError(entry.key, timeouts.totalMs));
  }
  // A call that has had no answer yet gets its one attempt all the same.
  if (log.attempts === 0 || settings.retry === false || elapsedLeftMs(state, nowMs) >= 0) return undefined;
  log.rejected('elapsed', undefined);
  return refused(state, 'elapsed', new DeadlineExceededError(entry.key, settings.retry.maxElapsedMs));
}

async function passCoolDown<T>(state: CallContext, maxWaiting: number, next: NextGate<T>): Promise<T | Refused> {
  const { clock, random } = state.settings;
  const { coolDown } = state.entry;
  let dueMs = 0;
  let untilMs: number | undefined;
  for (;;) {
    const nowMs = state.now();
    state.log.waitEnded(nowMs);
    if (isCancelled(state)) return cancelled(state);
    if (state.released === 'off' || (state.released !== undefined && state.log.attempts > 0)) {
      return passGates(state, nowMs, next);
    }
    const remainingMs = coolDown.remainingMs(nowMs);
    if (remainingMs === 0) return tooLate(state, nowMs) ?? next(state, nowMs);
    // A cool-down that has been made longer meanwhile has other turns.
    if (coolDown.untilMs !== untilMs || state.released !== undefined) {
      const turn = coolDown.nextTurn(nowMs, state.entry.turnEveryMs(nowMs));
      if (state.released !== undefined || coolDownIsTooLong(state, maxWaiting, turn.waitMs, nowMs)) {
        state.log.rejected('cool-down', remainingMs);
        return refused(state, 'cool-down', new CoolDownError(state.entry.key, remainingMs, coolDown.cause));
      }
      coolDown.takeTurn(nowMs, turn.waitMs);
      untilMs = coolDown.untilMs;
      dueMs = nowMs + spread(turn.waitMs, turn.spreadMs, timeLeftMs(state, nowMs), random);
    }
    state.log.waitBegan(nowMs);
    coolDown.waiting += 1;
    const waitMs = Math.min(Math.max(dueMs - nowMs, remainingMs), MAX_TIMER_MS);
    const inTime = await pause(clock, waitMs, state.call?.signal, (wake) => {
      const undo = [coolDown.onLift(wake), state.onRelease(wake)];
      return () => {
        for (const takeBack of undo) takeBack();
      };
    });
    coolDown.waiting -= 1;
    // The timer has fired, so the time is over, though the clock may stand still.
    if (inTime) state.timePassed(nowMs + waitMs);
  }
}

function coolDownIsTooLong(state: CallContext, maxWaiting: number, waitMs: number, nowMs: number): boolean {
  const patienceMs = state.call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY;
  const fits = waitMs <= Math.min(timeLeftMs(state, nowMs), patienceMs) && waitMs < deadlineLeftMs(state, nowMs);
  return state.entry.coolDown.waiting >= maxWaiting || !fits;
}

/** A circuit that lets no attempt through now refuses it before it is prepared. A probe is taken only when it can be sent. */
function refusalByBreaker(state: CallContext, nowMs: number): Refused | undefined {
  const { breaker } = state;
  if (breaker === undefined || state.released === 'off' || isWithinProbe(state, breaker)) return undefined;
  const refusal = breaker.refusal(nowMs);
  return refusal && circuitOpen(state, refusal.retryAfterMs);
}

function passBreaker(state: CallContext, nowMs: number): AdmissionResult | Promise<AdmissionResult> {
  const { breaker } = state;
  if (state.released === 'off') return permit(state, undefined, undefined, nowMs);
  if (breaker === undefined) return passLimit(state, undefined, nowMs);
  // The attempt that this call is part of is the probe: by what comes of it the circuit closes.
  if (isWithinProbe(state, breaker)) return passLimit(state, undefined, nowMs);
  const admission = state.mode === 'observe' ? breaker.admitLocally(nowMs) : breaker.admit(nowMs);
  return admission instanceof Promise ? afterFleet(state, admission) : afterBreaker(state, admission, nowMs);
}

function isWithinProbe({ call }: CallContext, { state }: Breaker): boolean {
  return state.phase === 'half-open' && isInsideProbe(call?.signal, state);
}

/** The fleet's answer, if somebody still waits for it. */
async function afterFleet(state: CallContext, asked: Promise<BreakerAdmission>): Promise<AdmissionResult> {
  const admission = await asked;
  const nowMs = state.now();
  state.log.waitEnded(nowMs);
  const isLate = deadlineLeftMs(state, nowMs) <= 0;
  if (!isLate && !isCancelled(state)) return afterBreaker(state, admission, nowMs);
  if (admission.admitted) state.breaker?.release(admission);
  if (isCancelled(state)) return cancelled(state);
  state.log.rejected('deadline', undefined);
  const { totalMs = 0 } = state.timeouts;
  return refused(state, 'deadline', new DeadlineExceededError(state.entry.key, totalMs));
}

function afterBreaker(
  state: CallContext,
  admission: BreakerAdmission,
  nowMs: number,
): AdmissionResult | Promise<AdmissionResult> {
  if (admission.admitted) return passLimit(state, admission, nowMs);
  const { retryAfterMs } = admission;
  if (state.mode === 'observe') {
    state.log.wouldReject('circuit-open', retryAfterMs);
    return permit(state, undefined, undefined, nowMs);
  }
  return circuitOpen(state, retryAfterMs);
}

function circuitOpen(state: CallContext, retryAfterMs: number | undefined): Refused {
  const { breaker, entry, log } = state;
  log.rejected('circuit-open', retryAfterMs);
  return refused(state, 'circuit-open', new CircuitOpenError(entry.key, retryAfterMs, breaker?.state.cause));
}

function passLimit(
  state: CallContext,
  pass: BreakerPermit | undefined,
  nowMs: number,
): AdmissionResult | Promise<AdmissionResult> {
  const { limit } = state.entry;
  // It would wait for its own place.
  if (limit?.cap !== undefined && isInsideLimit(state.call?.signal, limit))
    return permit(state, pass, undefined, nowMs);
  if (limit === undefined || limit.tryAcquire(nowMs)) return permit(state, pass, limit, nowMs);
  if (state.mode === 'observe') {
    state.log.wouldReject('limited', limit.retryAfterMs());
    return permit(state, pass, undefined, nowMs);
  }
  const maxWaitMs = limit.maxWaitMs(state.log.attempts > 0 || state.log.hasWaited);
  if (maxWaitMs === undefined || state.released !== undefined) return limited(state, pass, limit);
  return waitForSlot(state, pass, limit, Math.min(maxWaitMs, timeLeftMs(state, nowMs), MAX_TIMER_MS), nowMs);
}

async function waitForSlot(
  state: CallContext,
  pass: BreakerPermit | undefined,
  limit: AttemptLimit,
  maxMs: number,
  nowMs: number,
): Promise<AdmissionResult> {
  const { clock } = state.settings;
  const { breaker, entry } = state;
  state.log.waitBegan(nowMs);
  const entered = await limit.acquire(clock, maxMs, state.call?.signal, (wake) => state.onRelease(wake));
  const laterMs = state.now();
  state.log.waitEnded(laterMs);
  const passIsGood = pass === undefined || breaker?.holds(pass) === true;
  const isCooling = state.settings.coolDown !== false && entry.coolDown.remainingMs(laterMs) > 0;
  if (entered && passIsGood && !isCooling && !isCancelled(state)) return permit(state, pass, limit, laterMs);
  if (entered) limit.release(laterMs, laterMs, 'none');
  else if (!isCancelled(state) && state.released === undefined) return limited(state, pass, limit);
  if (pass !== undefined) breaker?.release(pass);
  // Cancelled, cooling down, or the breaker has moved on meanwhile: asked anew, the gates say so.
  return admitAttempt(state, laterMs);
}

function limited(state: CallContext, pass: BreakerPermit | undefined, limit: AttemptLimit): Refused {
  if (pass !== undefined) state.breaker?.release(pass);
  const retryAfterMs = limit.retryAfterMs();
  state.log.rejected('limited', retryAfterMs);
  return refused(state, 'limited', new LimitedError(state.entry.key, retryAfterMs));
}

function cancelled(state: CallContext): Refused {
  return refused(state, 'cancelled', state.call?.signal?.reason);
}

function refused(state: CallContext, stopReason: StopReason, error: unknown): Refused {
  state.log.stopped(stopReason);
  return { admitted: false, stopReason, error };
}

function permit(
  state: CallContext,
  pass: BreakerPermit | undefined,
  limit: AttemptLimit | undefined,
  nowMs: number,
): AttemptPermit {
  return new AttemptPermit(state.log.attemptBegan(), pass, limit, nowMs, state.breaker?.state);
}
