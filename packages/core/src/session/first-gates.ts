import { MAX_TIMER_MS } from '../host/clock.js';
import { pause } from '../host/pause.js';
import { CoolDownError } from '../outcome/errors.js';
import type { Turn } from '../retry/cool-down.js';
import { spread } from '../retry/spread.js';
import { type CallContext, deadlineLeftMs, isCancelled, timeLeftMs } from './call-context.js';
import { cancelled, refused, tooLate } from './refusal.js';
import type { Refused } from './session.js';

/** The gate that follows. */
export type NextGate<T> = (state: CallContext, nowMs: number) => T | Promise<T>;

/**
 * Passes the gates that hold nothing for the attempt: the caller's cancel, the call's time, the key's cool-down. Then
 * passes `next`. Without `isKeyKnown` the attempt may belong to another key, whose cool-down is not known yet.
 */
export function passFirstGates<T>(
  state: CallContext,
  nowMs: number,
  next: NextGate<T>,
  isKeyKnown = true,
): T | Refused | Promise<T | Refused> {
  const { settings, entry, mode } = state;
  if (mode === 'enforce') {
    if (isCancelled(state)) return cancelled(state);
    if (state.released !== undefined) {
      if (state.log.attempts > 0) return refuseReleased(state);
      // The call makes its one attempt as it would without a policy.
      if (state.released === 'off') return next(state, nowMs);
    }
    const late = state.log.elapsedMs(nowMs) > 0 ? tooLate(state, nowMs) : undefined;
    if (late !== undefined) return late;
  }
  if (isKeyKnown && settings.coolDown !== false && entry.coolDown.remainingMs(nowMs) > 0) {
    const { maxWaiting } = settings.coolDown;
    if (mode === 'enforce') return passCoolDown(state, maxWaiting, next);
    const { waitMs } = entry.nextTurn(nowMs, settings.random);
    if (coolDownIsTooLong(state, maxWaiting, waitMs, nowMs)) {
      state.log.wouldReject('cool-down', entry.coolDown.remainingMs(nowMs));
    }
  }
  const isPaced = !isKeyKnown || mode !== 'enforce' || !state.isUnpaced || settings.coolDown === false;
  const turn = isPaced ? undefined : entry.turnInFleet(nowMs);
  return turn === undefined ? next(state, nowMs) : passAfterOthers(state, turn, nowMs, next);
}

/**
 * Waits for a turn after those of the calls that a cool-down held. In a fleet, the calls that saw it begin would
 * otherwise all come back at once, in addition to those. A call that cannot wait that long comes back within the time
 * that it has.
 */
async function passAfterOthers<T>(
  state: CallContext,
  turn: Turn,
  nowMs: number,
  next: NextGate<T>,
): Promise<T | Refused> {
  const { settings, entry, call } = state;
  state.isUnpaced = false;
  const fits = !waitsTooLong(state, turn.waitMs, nowMs);
  if (fits) entry.coolDown.takeTurn(nowMs, turn.waitMs);
  state.log.waitBegan(nowMs);
  const leftMs = Math.min(timeLeftMs(state, nowMs), call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY);
  const [fromMs, withinMs] = fits ? [turn.waitMs, turn.spreadMs] : [0, turn.waitMs];
  const waitMs = Math.min(spread(fromMs, withinMs, leftMs, settings.random), MAX_TIMER_MS);
  const inTime = await pause(settings.clock, waitMs, call?.signal, (wake) => state.onRelease(wake));
  if (inTime) state.timePassed(nowMs + waitMs);
  const resumedMs = state.now();
  state.log.waitEnded(resumedMs);
  return passFirstGates(state, resumedMs, next);
}

/** Refuses a further attempt to a call that the policy has released. */
function refuseReleased(state: CallContext): Refused {
  return refused(state, 'disabled', new CoolDownError(state.entry.key, 0));
}

async function passCoolDown<T>(state: CallContext, maxWaiting: number, next: NextGate<T>): Promise<T | Refused> {
  const { clock, random } = state.settings;
  const { coolDown } = state.entry;
  state.isUnpaced = false;
  let dueMs = 0;
  let untilMs: number | undefined;
  for (;;) {
    const nowMs = state.now();
    state.log.waitEnded(nowMs);
    if (isCancelled(state)) return cancelled(state);
    if (state.released === 'off' || (state.released !== undefined && state.log.attempts > 0)) {
      return passFirstGates(state, nowMs, next);
    }
    const remainingMs = coolDown.remainingMs(nowMs);
    if (remainingMs === 0) return tooLate(state, nowMs) ?? next(state, nowMs);
    // The cool-down has become longer meanwhile, with other turns.
    if (coolDown.untilMs !== untilMs || state.released !== undefined) {
      const turn = state.entry.nextTurn(nowMs, random);
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
    // The timer has fired, so the time has come, even if the clock stands still.
    if (inTime) state.timePassed(nowMs + waitMs);
  }
}

function coolDownIsTooLong(state: CallContext, maxWaiting: number, waitMs: number, nowMs: number): boolean {
  return state.entry.coolDown.waiting >= maxWaiting || waitsTooLong(state, waitMs, nowMs);
}

function waitsTooLong(state: CallContext, waitMs: number, nowMs: number): boolean {
  const patienceMs = state.call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY;
  return waitMs > Math.min(timeLeftMs(state, nowMs), patienceMs) || waitMs >= deadlineLeftMs(state, nowMs);
}
