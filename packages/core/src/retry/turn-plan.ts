/** Input of the plan of the turns after a cool-down. */
export interface TurnFacts {
  /** End of the cool-down. */
  readonly untilMs: number;
  /** Duration of the cool-down. */
  readonly hintMs: number;
  /** Time between two calls that come back. */
  readonly everyMs: number;
  /** Shift of all turns, in 0..1, so that the instances of a fleet do not all begin at the same moment. */
  readonly firstAt: number;
  /** Number of calls that wait for hints of their own. They come back beside the calls that wait for the end. */
  readonly unpaced: number;
  /** Time by which the last of those must come back. */
  readonly unpacedUntilMs: number;
}

/** Plan of the turns after a cool-down. */
export interface TurnPlan {
  /** Time from the end of the cool-down to the first turn. */
  readonly firstMs: number;
  readonly beginsMs: number;
  /** Time from which on the turns that are left run: later than `beginsMs` if they have been put off meanwhile. */
  readonly runsFromMs: number;
  readonly everyMs: number;
  /** Time over which each turn is spread. */
  readonly spreadMs: number;
  /** Time between two turns of calls with hints of their own, and the end of these turns. */
  readonly ownEveryMs: number;
  readonly ownUntilMs: number;
  /** Number of such turns that are left. */
  ownLeft: number;
  lastOwnMs: number;
}

/**
 * Plans the turns after a cool-down, so that all calls together come back every `everyMs`. The calls with hints of
 * their own come first. They spread over a tenth of the hint by themselves. So the other calls get only the turns that
 * are left in that time.
 */
export function planTurns({ untilMs, hintMs, everyMs, firstAt, unpaced, unpacedUntilMs }: TurnFacts): TurnPlan {
  const firstMs = firstAt * Math.min(everyMs, FIRST_WITHIN_HINTS * hintMs);
  const beginsMs = untilMs + firstMs;
  const latestMs = Math.max(0, unpacedUntilMs - beginsMs);
  const ownMs = unpaced === 0 ? 0 : Math.min(latestMs, Math.max(unpaced * everyMs, MAX_SPREAD * hintMs));
  return {
    firstMs,
    beginsMs,
    runsFromMs: beginsMs,
    everyMs,
    spreadMs: Math.min(everyMs, MAX_SPREAD * hintMs),
    ownEveryMs: unpaced === 0 ? everyMs : ownMs / unpaced,
    ownUntilMs: beginsMs + ownMs,
    ownLeft: unpaced,
    lastOwnMs: Number.NEGATIVE_INFINITY,
  };
}

/** Returns the next turn after the one at `lastMs` for a call that waits for the end of the cool-down. */
export function turnMsAfter({ beginsMs, everyMs, ownEveryMs, ownUntilMs }: TurnPlan, lastMs: number): number {
  const fromMs = Math.max(beginsMs, lastMs);
  const stepMs = Math.max(beginsMs, lastMs + everyMs) - fromMs;
  const share = ownEveryMs > everyMs ? 1 - everyMs / ownEveryMs : 0;
  const roomMs = Math.max(0, ownUntilMs - fromMs) * share;
  return stepMs < roomMs ? fromMs + stepMs / share : Math.max(fromMs, ownUntilMs) + stepMs - roomMs;
}

/** Returns the next turn of a call with a hint of its own; undefined if these turns are over. */
export function ownTurnMs({ beginsMs, ownEveryMs, ownUntilMs, ownLeft, lastOwnMs }: TurnPlan, nowMs: number) {
  const nextMs = Math.max(beginsMs, lastOwnMs + ownEveryMs);
  if (ownLeft === 0 || (nowMs >= ownUntilMs && nextMs <= nowMs)) return undefined;
  return Math.max(nowMs, nextMs);
}

/**
 * Returns by how much a cool-down until `untilMs` puts off the turns that have not begun yet; undefined if there are
 * none. The turns stand still until then, and go on at the same pace.
 */
export function putOffMs(plan: TurnPlan, lastTurnMs: number, untilMs: number, nowMs: number): number | undefined {
  if (Math.max(lastTurnMs, plan.lastOwnMs) <= nowMs) return undefined;
  return untilMs + plan.firstMs - Math.max(nowMs, plan.runsFromMs);
}

/** Puts off all turns of a plan, for a hint of `hintMs`. */
export function laterPlan(plan: TurnPlan, byMs: number, hintMs: number, nowMs: number): TurnPlan {
  return {
    ...plan,
    spreadMs: Math.min(plan.everyMs, MAX_SPREAD * hintMs),
    beginsMs: plan.beginsMs + byMs,
    runsFromMs: Math.max(nowMs, plan.runsFromMs) + byMs,
    ownUntilMs: plan.ownUntilMs + byMs,
    lastOwnMs: plan.lastOwnMs + byMs,
  };
}

const MAX_SPREAD = 0.1;
/**
 * Factor on the hint's duration, over which a fleet's instances spread their first turns. Instances with few calls have
 * at most one waiting call each. There are as many of those calls as came during the hint, so they come back at a third
 * of that rate.
 */
const FIRST_WITHIN_HINTS = 3;
