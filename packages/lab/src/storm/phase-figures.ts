import { sumBetween } from './bins.js';
import { OK, REFUSED } from './messages.js';
import type { RunRecord } from './run-record.js';
import { ratio, type Spread, spreadOf } from './statistics.js';
import { type Span, spanAt } from './timeline.js';

/** All phases of a name together. A call belongs to the phase in which it was due, whenever it ended. */
export interface PhaseFigures {
  readonly name: string;
  readonly bad: boolean;
  readonly ms: number;
  readonly calls: number;
  readonly ok: number;
  readonly refused: number;
  readonly success: number | undefined;
  readonly latency: Spread;
  /** Requests that the servers saw in this time, per call that was due in it. */
  readonly attemptsPerCall: number | undefined;
  /** Good answers that came in this time, a second. */
  readonly goodputPerSecond: number;
  /** Upper bound for every client over time: the lesser of capacity and load, a second. */
  readonly limitPerSecond: number;
  /** The former by the latter; beyond 1 if answers to calls of an earlier phase came too. */
  readonly goodput: number | undefined;
}

export function phaseFigures(
  timeline: readonly Span[],
  { starts, client, origins }: RunRecord,
  reachable: Float64Array,
): readonly PhaseFigures[] {
  const tallies = new Map<string, Tally>();
  const tallyAt = (atMs: number): Tally => tallyOf(tallies, spanAt(timeline, atMs));
  const endMs = timeline.at(-1)?.toMs ?? 0;

  for (const span of timeline) {
    const tally = tallyOf(tallies, span);
    tally.ms += span.toMs - span.fromMs;
    tally.limit += sumBetween(reachable, span.fromMs, span.toMs);
    for (const { arrivals } of origins) tally.arrivals += sumBetween(arrivals, span.fromMs, span.toMs);
  }
  starts.forEach((startMs, index) => {
    const tally = tallyAt(startMs);
    const answeredMs = client.endsMs[index] ?? Number.NaN;
    tally.calls += 1;
    if (client.outcomes[index] === REFUSED) tally.refused += 1;
    if (client.outcomes[index] !== OK) return;
    tally.latencies.push(answeredMs - startMs);
    if (answeredMs < endMs) tallyAt(answeredMs).answers += 1;
  });
  return [...tallies.values()].map(figuresOfTally);
}

interface Tally {
  readonly span: Span;
  readonly latencies: number[];
  ms: number;
  calls: number;
  refused: number;
  answers: number;
  arrivals: number;
  limit: number;
}

function tallyOf(tallies: Map<string, Tally>, span: Span): Tally {
  const known = tallies.get(span.phase.name);
  if (known !== undefined) return known;
  const fresh = { span, latencies: [], ms: 0, calls: 0, refused: 0, answers: 0, arrivals: 0, limit: 0 };
  tallies.set(span.phase.name, fresh);
  return fresh;
}

function figuresOfTally({ span, latencies, ms, calls, refused, answers, arrivals, limit }: Tally): PhaseFigures {
  return {
    name: span.phase.name,
    bad: span.phase.bad === true,
    ms,
    calls,
    ok: latencies.length,
    refused,
    success: ratio(latencies.length, calls),
    latency: spreadOf(latencies),
    attemptsPerCall: ratio(arrivals, calls),
    goodputPerSecond: (answers * 1_000) / ms,
    limitPerSecond: (limit * 1_000) / ms,
    goodput: ratio(answers, limit),
  };
}
