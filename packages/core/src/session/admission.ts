import { passBreaker, refusalByBreaker } from './breaker-gate.js';
import type { CallContext } from './call-context.js';
import { type NextGate, passFirstGates } from './first-gates.js';
import { type AttemptPermit, newPermit } from './permit.js';
import { passInTurn } from './retry-turn.js';
import type { Refused } from './session.js';

type AdmissionResult = AttemptPermit | Refused;

/**
 * Passes the gates before an attempt, in order: a retry's turn, the caller's cancel, the key's cool-down, its breaker,
 * its limit.
 */
export function admitAttempt(state: CallContext, nowMs: number): AdmissionResult | Promise<AdmissionResult> {
  return passInTurn(state, nowMs, passAllGates);
}

/**
 * Passes the gates that hold nothing for the attempt: the caller's cancel, the key's cool-down, an open circuit.
 * Returns undefined if the attempt may be prepared. An attempt that may go to another place passes the gates of that
 * place later.
 */
export function approachAttempt(state: CallContext, nowMs: number): Refused | undefined | Promise<Refused | undefined> {
  const { mayMove } = state;
  return passFirstGates<Refused | undefined>(state, nowMs, mayMove ? () => undefined : refusalByBreaker, !mayMove);
}

const passAllGates: NextGate<AdmissionResult> = (state, nowMs) => passFirstGates(state, nowMs, passLastGates);

const passLastGates: NextGate<AdmissionResult> = (state, nowMs) =>
  state.released === 'off' ? newPermit(state, undefined, undefined, nowMs) : passBreaker(state, nowMs, admitAttempt);
