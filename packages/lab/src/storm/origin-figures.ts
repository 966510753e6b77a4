import { capacityBetween } from './capacity.js';
import { originOfCall } from './load.js';
import { OK, REFUSED } from './messages.js';
import type { RunRecord } from './run-record.js';
import { originsOf, type Shape } from './shape.js';
import { ratio } from './statistics.js';
import { spanAt, timelineOf } from './timeline.js';

/** Results of the calls to one origin while something was wrong with any. */
export interface OriginFigures {
  /** Tells if this origin could have answered them. */
  readonly good: boolean;
  readonly calls: number;
  readonly refused: number;
  readonly success: number | undefined;
}

export function originFigures(shape: Shape, { starts, client }: RunRecord): readonly OriginFigures[] {
  const timeline = timelineOf(shape);
  const bad = timeline.filter(({ phase }) => phase.bad === true);
  const origins = originsOf(shape);
  const tallies = Array.from({ length: origins }, () => ({ calls: 0, ok: 0, refused: 0 }));
  starts.forEach((startMs, index) => {
    const tally = tallies[originOfCall(index, origins)];
    if (tally === undefined || spanAt(timeline, startMs).phase.bad !== true) return;
    tally.calls += 1;
    if (client.outcomes[index] === OK) tally.ok += 1;
    if (client.outcomes[index] === REFUSED) tally.refused += 1;
  });
  return tallies.map(({ calls, ok, refused }, origin) => ({
    good: bad.every(({ fromMs, toMs }) => capacityBetween(shape, timeline, origin, fromMs, toMs) > 0),
    calls,
    refused,
    success: ratio(ok, calls),
  }));
}
