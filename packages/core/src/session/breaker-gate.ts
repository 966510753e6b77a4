import type { BreakerAdmission } from '../breaker/state.js';
import type { Breaker } from '../key/key-breaker.js';
import { CircuitOpenError } from '../outcome/errors.js';
import { type CallContext, deadlineLeftMs, isCancelled } from './call-context.js';
import { type AdmitAgain, passLimit } from './limit-gate.js';
import { isInsideProbe } from './nesting.js';
import { type AttemptPermit, newPermit } from './permit.js';
import { cancelled, pastDeadline, refused } from './refusal.js';
import type { Refused } from './session.js';

/** Passes the key's breaker, then its limit. Returns a promise if it has to wait for a fleet's probe or for a slot. */
export function passBreaker(
  state: CallContext,
  nowMs: number,
  again: AdmitAgain,
): AttemptPermit | Refused | Promise<AttemptPermit | Refused> {
  const { breaker, entry } = state;
  // If this call is part of an attempt that is the probe, that attempt's outcome decides about the circuit.
  if (breaker === undefined || isWithinProbe(state, breaker)) return passLimit(state, undefined, nowMs, again);
  const admission = state.mode === 'observe' ? breaker.admitLocally(nowMs, entry) : breaker.admit(nowMs, entry);
  return admission instanceof Promise
    ? afterFleet(state, admission, again)
    : afterBreaker(state, admission, nowMs, again);
}

/**
 * Refuses an attempt if its circuit is open. Takes no probe: an attempt that has to be prepared takes one when it is
 * ready.
 */
export function refusalByBreaker(state: CallContext, nowMs: number): Refused | undefined {
  const { breaker, entry } = state;
  if (breaker === undefined || state.released === 'off' || isWithinProbe(state, breaker)) return undefined;
  const refusal = breaker.refusal(nowMs, entry);
  return refusal && circuitOpen(state, refusal.retryAfterMs);
}

function isWithinProbe({ call }: CallContext, { state }: Breaker): boolean {
  return state.phase === 'half-open' && isInsideProbe(call?.signal, state);
}

/** Continues with the fleet's answer, if the call still waits for it. */
async function afterFleet(
  state: CallContext,
  asked: Promise<BreakerAdmission>,
  again: AdmitAgain,
): Promise<AttemptPermit | Refused> {
  const admission = await asked;
  const nowMs = state.now();
  state.log.waitEnded(nowMs);
  const isLate = deadlineLeftMs(state, nowMs) <= 0;
  if (!isLate && !isCancelled(state)) return afterBreaker(state, admission, nowMs, again);
  if (admission.admitted) state.breaker?.release(admission);
  return isCancelled(state) ? cancelled(state) : pastDeadline(state);
}

function afterBreaker(
  state: CallContext,
  admission: BreakerAdmission,
  nowMs: number,
  again: AdmitAgain,
): AttemptPermit | Refused | Promise<AttemptPermit | Refused> {
  if (admission.admitted) return passLimit(state, admission, nowMs, again);
  const { retryAfterMs } = admission;
  if (state.mode === 'enforce') return circuitOpen(state, retryAfterMs);
  state.log.wouldReject('circuit-open', retryAfterMs);
  return newPermit(state, undefined, undefined, nowMs);
}

function circuitOpen(state: CallContext, retryAfterMs: number | undefined): Refused {
  const { breaker, entry, log } = state;
  log.rejected('circuit-open', retryAfterMs);
  return refused(state, 'circuit-open', new CircuitOpenError(entry.key, retryAfterMs, breaker?.state.cause));
}
