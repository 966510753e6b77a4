import { MAX_TIMER_MS } from '../host/clock.js';
import type { FixedLimit } from '../limit/fixed-limit.js';
import { DeadlineExceededError } from '../outcome/errors.js';
import { type CallContext, isCancelled, timeLeftMs } from './call-context.js';
import type { NextGate } from './first-gates.js';
import type { AttemptPermit } from './permit.js';
import { refused } from './refusal.js';
import type { Refused } from './session.js';

type AdmissionResult = AttemptPermit | Refused;

/**
 * Passes `next` when it is the attempt's turn. After a timeout the server may still be working on the request. If it
 * has answered nothing that began later, more requests would keep it from catching up, so such retries of a key go one
 * after another.
 */
export function passInTurn(
  state: CallContext,
  nowMs: number,
  next: NextGate<AdmissionResult>,
): AdmissionResult | Promise<AdmissionResult> {
  if (!mustTakeTurn(state)) return next(state, nowMs);
  if (isInVain(state)) return noTurn(state, 0);
  const turns = state.entry.serialRetries;
  if (!turns.tryAcquire(nowMs)) return waitForTurn(state, turns, nowMs, next);
  return takeTurn(state, turns, nowMs, next);
}

/** Passes the turn on to the next retry, if the call has one. */
export function endTurn(state: CallContext): void {
  const { turn } = state;
  state.turn = undefined;
  turn?.release(0, 0);
}

function mustTakeTurn({ mode, lateMs, settings, turn }: CallContext): boolean {
  return lateMs !== undefined && turn === undefined && mode !== 'observe' && settings.budget !== false;
}

async function waitForTurn(
  state: CallContext,
  turns: FixedLimit,
  nowMs: number,
  next: NextGate<AdmissionResult>,
): Promise<AdmissionResult> {
  const { call, lateMs = 0, log, settings } = state;
  log.waitBegan(nowMs);
  // At most as long as the attempt took that timed out: a caller with such a short timeout would not wait longer for a
  // turn.
  const maxMs = Math.max(0, Math.min(timeLeftMs(state, nowMs), lateMs, MAX_TIMER_MS));
  const isGiven = await turns.acquire(settings.clock, maxMs, call?.signal, (wake) => state.onRelease(wake));
  const resumedMs = state.now();
  log.waitEnded(resumedMs);
  if (isGiven) return takeTurn(state, turns, resumedMs, next);
  if (isCancelled(state) || state.released !== undefined) return next(state, resumedMs);
  return noTurn(state, maxMs);
}

function takeTurn(
  state: CallContext,
  turns: FixedLimit,
  nowMs: number,
  next: NextGate<AdmissionResult>,
): AdmissionResult | Promise<AdmissionResult> {
  state.turn = turns;
  if (isInVain(state)) {
    endTurn(state);
    return noTurn(state, 0);
  }
  state.hadTurn = true;
  return next(state, nowMs);
}

/** One call tries for all: the others give up as long as its retries time out, too. */
function isInVain({ entry, hadTurn }: CallContext): boolean {
  return !hadTurn && entry.areTurnsInVain;
}

function noTurn(state: CallContext, maxMs: number): Refused {
  return refused(state, 'budget', new DeadlineExceededError(state.entry.key, maxMs));
}
