import { BIN_MS } from './bins.js';
import { physicalLimit } from './goodput.js';
import { OK, REFUSED } from './messages.js';
import type { RunRecord } from './run-record.js';
import { durationOf, type Shape } from './shape.js';

/** A run over time, in bins of 100 ms since its begin. Calls stand in the bin in which they were due. */
export interface Series {
  readonly binMs: number;
  readonly begun: readonly number[];
  readonly ok: readonly number[];
  readonly refused: readonly number[];
  /** Requests that the servers saw. */
  readonly arrivals: readonly number[];
  /** Attempts that the client made, also on servers that were gone. */
  readonly attempts: readonly number[];
  /** Calls open at the end of the bin. */
  readonly inFlight: readonly number[];
  /** Requests waiting at the servers at the end of the bin. */
  readonly waiting: readonly number[];
  /** Good answers that the servers could have given. */
  readonly capacity: readonly number[];
}

export function seriesOf(shape: Shape, { starts, client, origins }: RunRecord): Series {
  const durationMs = durationOf(shape);
  const bins = Math.ceil(durationMs / BIN_MS);
  const zeros = (): number[] => new Array<number>(bins).fill(0);
  const [begun, ok, refused, change] = [zeros(), zeros(), zeros(), zeros()];
  starts.forEach((startMs, index) => {
    const bin = Math.floor(startMs / BIN_MS);
    increase(begun, bin, 1);
    increase(change, bin, 1);
    if (client.outcomes[index] === OK) increase(ok, bin, 1);
    if (client.outcomes[index] === REFUSED) increase(refused, bin, 1);
    increase(change, Math.floor((client.endsMs[index] ?? Number.NaN) / BIN_MS), -1);
  });
  let open = 0;
  const sumOf = (pick: (origin: RunRecord['origins'][number]) => Int32Array): number[] =>
    begun.map((_, bin) => origins.reduce((sum, origin) => sum + (pick(origin)[bin] ?? 0), 0));
  return {
    binMs: BIN_MS,
    begun,
    ok,
    refused,
    arrivals: sumOf(({ arrivals }) => arrivals),
    attempts: [...client.attempts.subarray(0, bins)],
    inFlight: change.map((by) => {
      open += by;
      return open;
    }),
    waiting: sumOf(({ waiting }) => waiting),
    capacity: [...physicalLimit(shape, starts, durationMs).capacity].map((value) => Math.round(value * 10) / 10),
  };
}

/** Calls that ended after the run (or never) are in no bin. */
function increase(counts: number[], bin: number, by: number): void {
  const count = counts[bin];
  if (count !== undefined) counts[bin] = count + by;
}
