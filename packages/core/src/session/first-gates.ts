import { MAX_TIMER_MS } from '../host/clock.js';
import { pause } from '../host/pause.js';
import { CoolDownError } from '../outcome/errors.js';
import type { Turn } from '../retry/cool-down.js';
import { spread } from '../retry/spread.js';
import { type CallContext, deadlineLeftMs, isCancelled, paced, timeLeftMs } from './call-context.js';
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
  if (!isKeyKnown || state.unpacedIn === undefined) return next(state, nowMs);
  const own = entry.nextOwnTurn(nowMs, settings.random);
  const turn = own ?? entry.turnInFleet(nowMs);
  if (turn !== undefined && turn.waitMs > 0) return passAfterOthers(state, turn, own !== undefined, nowMs, next);
  if (own !== undefined) entry.coolDown.takeOwnTurn(nowMs, 0);
  paced(state);
  return next(state, nowMs);
}

/**
 * Waits for a turn beside those of the calls that a cool-down held. The calls that saw it begin would otherwise all
 * come back at once, in addition to those. A call that cannot wait that long comes back within the time that it has.
 */
async function passAfterOthers<T>(
  state: CallContext,
  turn: Turn,
  isOwn: boolean,
  nowMs: number,
  next: NextGate<T>,
): Promise<T | Refused> {
  const { settings, call } = state;
  paced(state);
  const fits = !waitsTooLong(state, turn.waitMs, nowMs);
  if (fits) takeTurn(state, turn, isOwn, nowMs);
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

function takeTurn({ entry }: CallContext, { waitMs }: Turn, isOwn: boolean, nowMs: number): void {
  if (isOwn) entry.coolDown.takeOwnTurn(nowMs, waitMs);
  else entry.coolDown.takeTurn(nowMs, waitMs);
}

/** Refuses a further attempt to a call that the policy has released. */
function refuseReleased(state: CallContext): Refused {
  return refused(state, 'disabled', new CoolDownError(state.entry.key, 0));
}

/** A call's place among those that wait for the end of a cool-down. */
interface Place {
  /** Beginning of its turn. */
  readonly turnMs: number;
  /** Its moment within the spread of the turn, in 0..1, and the time of that. */
  readonly draw: number;
  readonly dueMs: number;
  /** Set for a call with a hint of its own, which waits for that anyway and takes the place of no other call. */
  readonly isOwn: boolean;
  readonly untilMs: number | undefined;
  readonly putOffMs: number;
}

async function passCoolDown<T>(state: CallContext, maxWaiting: number, next: NextGate<T>): Promise<T | Refused> {
  const { clock } = state.settings;
  const { coolDown } = state.entry;
  let place: Place | undefined;
  for (;;) {
    const nowMs = state.now();
    state.log.waitEnded(nowMs);
    if (isCancelled(state)) return cancelled(state);
    if (state.released === 'off' || (state.released !== undefined && state.log.attempts > 0)) {
      return passFirstGates(state, nowMs, next);
    }
    const remainingMs = coolDown.remainingMs(nowMs);
    if (remainingMs === 0 && (place === undefined || !coolDown.isPutOff(place.putOffMs))) {
      paced(state);
      return tooLate(state, nowMs) ?? next(state, nowMs);
    }
    // The cool-down has become longer meanwhile, with later turns.
    if (place === undefined || coolDown.untilMs !== place.untilMs || state.released !== undefined) {
      place = state.released === undefined ? placeIn(state, place, maxWaiting, nowMs) : undefined;
      if (place === undefined) {
        state.log.rejected('cool-down', remainingMs);
        return refused(state, 'cool-down', new CoolDownError(state.entry.key, remainingMs, coolDown.cause));
      }
    }
    state.log.waitBegan(nowMs);
    const { dueMs, isOwn } = place;
    if (!isOwn) coolDown.waiting += 1;
    const waitMs = Math.min(Math.max(dueMs - nowMs, remainingMs), MAX_TIMER_MS);
    const inTime = await pause(clock, waitMs, state.call?.signal, (wake) => {
      const undo = [coolDown.onLift(wake), state.onRelease(wake)];
      return () => {
        for (const takeBack of undo) takeBack();
      };
    });
    if (!isOwn) coolDown.waiting -= 1;
    // The timer has fired, so the time has come, even if the clock stands still.
    if (inTime) state.timePassed(nowMs + waitMs);
  }
}

/** Takes a turn, or keeps the one that a longer cool-down has put off. Returns undefined if the call must not wait. */
function placeIn(state: CallContext, old: Place | undefined, maxWaiting: number, nowMs: number): Place | undefined {
  const { entry, settings } = state;
  const { coolDown } = entry;
  const isKept = old !== undefined && coolDown.isPutOff(old.putOffMs);
  const own = isKept || state.unpacedIn === undefined ? undefined : entry.nextOwnTurn(nowMs, settings.random);
  let isOwn = isKept ? old.isOwn : own !== undefined;
  let turn = isKept ? coolDown.laterTurn(old, nowMs) : (own ?? entry.nextTurn(nowMs, settings.random));
  if (coolDownIsTooLong(state, isOwn ? Number.POSITIVE_INFINITY : maxWaiting, turn.waitMs, nowMs)) {
    // Its own hint is over, or its turn would have come now. So it comes back within the time that it has.
    const waitMs = coolDown.remainingMs(nowMs);
    const mayGo = state.unpacedIn !== undefined || waitMs === 0;
    if (!mayGo || waitsTooLong(state, waitMs, nowMs)) return undefined;
    turn = { waitMs, spreadMs: Math.max(0, turn.waitMs - waitMs) };
    isOwn = true;
  } else if (!isKept) takeTurn(state, turn, isOwn, nowMs);
  const draw = isKept ? old.draw : settings.random();
  const turnMs = nowMs + turn.waitMs;
  const dueMs = nowMs + spread(turn.waitMs, turn.spreadMs, timeLeftMs(state, nowMs), () => draw);
  return { turnMs, draw, dueMs, isOwn, untilMs: coolDown.untilMs, putOffMs: coolDown.putOffMs };
}

function coolDownIsTooLong(state: CallContext, maxWaiting: number, waitMs: number, nowMs: number): boolean {
  return state.entry.coolDown.waiting >= maxWaiting || waitsTooLong(state, waitMs, nowMs);
}

function waitsTooLong(state: CallContext, waitMs: number, nowMs: number): boolean {
  const patienceMs = state.call?.clientTimeoutMs ?? Number.POSITIVE_INFINITY;
  return waitMs > Math.min(timeLeftMs(state, nowMs), patienceMs) || waitMs >= deadlineLeftMs(state, nowMs);
}
