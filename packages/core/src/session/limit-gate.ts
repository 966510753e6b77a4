import type { BreakerPermit } from '../breaker/state.js';
import { MAX_TIMER_MS } from '../host/clock.js';
import type { AttemptLimit } from '../limit/limit.js';
import { LimitedError } from '../outcome/errors.js';
import { type CallContext, isCancelled, timeLeftMs } from './call-context.js';
import { isInsideLimit } from './nesting.js';
import { type AttemptPermit, newPermit } from './permit.js';
import { refused } from './refusal.js';
import type { Refused } from './session.js';

/** Passes all gates again. */
export type AdmitAgain = (
  state: CallContext,
  nowMs: number,
) => AttemptPermit | Refused | Promise<AttemptPermit | Refused>;

/**
 * Passes the key's limit, with the breaker's permit if the attempt has one. Returns a promise if it waits for a slot.
 */
export function passLimit(
  state: CallContext,
  pass: BreakerPermit | undefined,
  nowMs: number,
  again: AdmitAgain,
): AttemptPermit | Refused | Promise<AttemptPermit | Refused> {
  const { limit } = state.entry;
  // A call within an attempt that holds a slot would wait for its own end.
  if (limit?.cap !== undefined && isInsideLimit(state.call?.signal, limit)) {
    return newPermit(state, pass, undefined, nowMs);
  }
  const patienceMs = patienceOf(state);
  if (limit === undefined || limit.tryAcquire(nowMs, patienceMs)) return newPermit(state, pass, limit, nowMs);
  if (state.mode === 'observe') {
    state.log.wouldReject('limited', limit.retryAfterMs());
    return newPermit(state, pass, undefined, nowMs);
  }
  const hasWaited = state.log.attempts > 0 || state.log.hasWaited;
  const maxWaitMs = limit.maxWaitMs(hasWaited, patienceMs);
  if (maxWaitMs === undefined || state.released !== undefined) return limited(state, pass, limit);
  const maxMs = Math.min(maxWaitMs, timeLeftMs(state, nowMs), MAX_TIMER_MS);
  return waitForSlot(state, { pass, limit, maxMs, isNewcomer: !hasWaited }, nowMs, again);
}

/** Returns how long the caller waits for the attempt, as far as it is known. */
function patienceOf({ call, timeouts }: CallContext): number {
  const known = call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY;
  return Math.min(known, timeouts.attemptMs ?? Number.POSITIVE_INFINITY);
}

interface SlotWait {
  readonly pass: BreakerPermit | undefined;
  readonly limit: AttemptLimit;
  readonly maxMs: number;
  readonly isNewcomer: boolean;
}

async function waitForSlot(
  state: CallContext,
  { pass, limit, maxMs, isNewcomer }: SlotWait,
  nowMs: number,
  again: AdmitAgain,
): Promise<AttemptPermit | Refused> {
  const { clock } = state.settings;
  const { breaker, entry } = state;
  state.log.waitBegan(nowMs);
  const entered = await limit.acquire(clock, maxMs, state.call?.signal, (wake) => state.onRelease(wake), isNewcomer);
  const resumedMs = state.now();
  state.log.waitEnded(resumedMs);
  const passIsGood = pass === undefined || breaker?.holds(pass) === true;
  const isCooling = state.settings.coolDown !== false && entry.coolDown.remainingMs(resumedMs) > 0;
  if (entered && passIsGood && !isCooling && !isCancelled(state)) return newPermit(state, pass, limit, resumedMs);
  if (entered) limit.release(resumedMs, resumedMs, 'none');
  else if (!isCancelled(state) && state.released === undefined) return limited(state, pass, limit);
  if (pass !== undefined) breaker?.release(pass);
  // The call was cancelled or released, the key is cooling down, or the breaker has changed: the gates decide again.
  return again(state, resumedMs);
}

function limited(state: CallContext, pass: BreakerPermit | undefined, limit: AttemptLimit): Refused {
  if (pass !== undefined) state.breaker?.release(pass);
  const retryAfterMs = limit.retryAfterMs();
  state.log.rejected('limited', retryAfterMs);
  return refused(state, 'limited', new LimitedError(state.entry.key, retryAfterMs));
}
