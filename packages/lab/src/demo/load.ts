import { type Caller, isRefusal } from './clients.js';
import type { PhaseName } from './scenario.js';
import type { SideTally } from './tally.js';

/** Target of the calls, with its counters. */
export interface LoadedSide {
  readonly callers: readonly Caller[];
  readonly tally: SideTally;
}

export interface Load {
  /**
   * No more new calls; resolves when all have ended. Those that have not after `maxMs` are cancelled, and count as
   * failed.
   */
  finish(maxMs: number): Promise<void>;
}

const TICK_MS = 5;
/** Most calls to catch up on at once. A machine that stalls makes fewer calls: all that it missed would be a burst. */
const MAX_CATCH_UP = 4;
const WARM_UP_CALLS = 20;

/** Makes a few calls that are not counted, so that no figure includes first connections and uncompiled code. */
export async function warmUp(sides: readonly LoadedSide[], signal: AbortSignal): Promise<void> {
  const callers = sides.flatMap((side) => side.callers);
  for (let made = 0; made < WARM_UP_CALLS && !signal.aborted; made += 1) {
    await Promise.allSettled(callers.map((caller) => caller('warm-up', signal)));
  }
}

/**
 * Makes calls at a constant rate, whatever their results, on every side at the same moments. Each side's callers take
 * turns.
 */
export function startLoad(sides: readonly LoadedSide[], perSecond: number, phaseNow: () => PhaseName): Load {
  const underWay = new Map<AbortController, Promise<void>>();
  const startedMs = performance.now();
  let made = 0;

  const call = ({ callers, tally }: LoadedSide, index: number): void => {
    const caller = callers[index % callers.length];
    if (caller === undefined) return;
    const cancel = new AbortController();
    const ended = makeCall(caller, tally, phaseNow(), cancel.signal);
    underWay.set(cancel, ended);
    void ended.then(() => underWay.delete(cancel));
  };

  const ticking = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1_000) * perSecond);
    made = Math.max(made, due - MAX_CATCH_UP);
    for (; made < due; made += 1) {
      // No side is always the first.
      const inTurn = made % 2 === 0 ? sides : [...sides].reverse();
      for (const side of inTurn) call(side, Math.floor(made / 2));
    }
  }, TICK_MS);

  return {
    finish: async (maxMs) => {
      clearInterval(ticking);
      const cancelling = setTimeout(() => {
        for (const cancel of underWay.keys()) cancel.abort();
      }, maxMs);
      await Promise.all(underWay.values());
      clearTimeout(cancelling);
    },
  };
}

async function makeCall(caller: Caller, tally: SideTally, phase: PhaseName, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  const elapsedMs = () => performance.now() - startedMs;
  tally.began(phase);
  try {
    await caller(phase, signal);
    tally.ends(phase, 'answered', elapsedMs());
  } catch (error) {
    tally.ends(phase, isRefusal(error) ? 'refused' : 'failed', elapsedMs());
  }
}
