import { sumBetween } from './bins.js';
import { physicalLimit } from './goodput.js';
import { harmedCalls } from './harm.js';
import { FAILED, OK, REFUSED, UNFINISHED } from './messages.js';
import { type OriginFigures, originFigures } from './origin-figures.js';
import { type PhaseFigures, phaseFigures } from './phase-figures.js';
import { type Recovery, recoveryOf } from './recovery.js';
import { clientTimeoutOf, type RunRecord } from './run-record.js';
import { durationOf, type Shape } from './shape.js';
import { ratio, type Spread, spreadOf } from './statistics.js';
import { causeGoneMs, type Span, spanAt, timelineOf } from './timeline.js';

export interface RunFigures {
  readonly calls: number;
  readonly ok: number;
  readonly failed: number;
  readonly refused: number;
  /** Still open when the run was over: no success. */
  readonly unfinished: number;
  readonly success: number | undefined;
  /** Requests that the servers saw, per call. */
  readonly attemptsPerCall: number | undefined;
  /** Of answered calls, in ms, from the time at which they were due. */
  readonly latency: Spread;
  readonly recovery: Recovery;
  /**
   * Attempts a second that the client made on servers known to be dead: from 2 s after their end until their return.
   */
  readonly attemptsPerSecondDead: number | undefined;
  readonly harmed: number;
  readonly phases: readonly PhaseFigures[];
  /** During the bad phases. */
  readonly origins: readonly OriginFigures[];
  /**
   * Delay of the starts of calls, outside of bursts: beyond some 10 ms the client was too weak for the load, and its
   * figures show that.
   */
  readonly latenessP95Ms: number;
  readonly clientCpuShare: number;
  readonly warmUpSuccess: number;
}

/** Time after which every client must have noticed. */
const KNOWN_DEAD_AFTER_MS = 2_000;

/** All that the tables show about a run, made of what its two processes recorded. */
export function figuresOf(shape: Shape, record: RunRecord): RunFigures {
  const { starts, client, origins } = record;
  const { outcomes, endsMs, latenessMs } = client;
  const timeline = timelineOf(shape);
  const count = (outcome: number): number => outcomes.reduce((sum, one) => sum + (one === outcome ? 1 : 0), 0);
  const ok = count(OK);
  const arrivals = origins.reduce((sum, origin) => sum + origin.arrivals.reduce((a, b) => a + b, 0), 0);
  const limit = physicalLimit(shape, starts, durationOf(shape));
  // A thousand calls at once take their time to begin, on any machine.
  const isOnItsOwn = (_: number, index: number): boolean =>
    spanAt(timeline, starts[index] ?? 0).phase.burst === undefined;
  const answered = [...endsMs].map((endMs, index) => endMs - (starts[index] ?? 0));
  return {
    calls: starts.length,
    ok,
    failed: count(FAILED),
    refused: count(REFUSED),
    unfinished: count(UNFINISHED),
    success: ratio(ok, starts.length),
    attemptsPerCall: ratio(arrivals, starts.length),
    latency: spreadOf(answered.filter((_, index) => outcomes[index] === OK)),
    recovery: recoveryOf(
      [...starts].map((startMs, index) => ({ startMs, ok: outcomes[index] === OK })),
      causeGoneMs(timeline),
    ),
    attemptsPerSecondDead: attemptsPerSecondDead(timeline, limit.capacity, client.attempts),
    harmed: harmedCalls({ shape, timeoutMs: clientTimeoutOf(shape), starts, outcomes, origins }),
    phases: phaseFigures(timeline, record, limit.reachable),
    origins: originFigures(shape, record),
    latenessP95Ms: spreadOf([...latenessMs].filter(isOnItsOwn)).p95 ?? 0,
    clientCpuShare: client.cpuShare,
    warmUpSuccess: record.warmUpSuccess,
  };
}

/** By the client's count, since a server that is gone counts nothing. */
function attemptsPerSecondDead(
  timeline: readonly Span[],
  capacity: Float64Array,
  attempts: Int32Array,
): number | undefined {
  let [sum, ms] = [0, 0];
  for (const { fromMs, toMs } of timeline) {
    const knownMs = fromMs + KNOWN_DEAD_AFTER_MS;
    if (knownMs >= toMs || sumBetween(capacity, fromMs, toMs) > 0) continue;
    sum += sumBetween(attempts, knownMs, toMs);
    ms += toMs - knownMs;
  }
  return ratio(sum * 1_000, ms);
}
