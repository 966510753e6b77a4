import type { Run, Share, Trace } from './run.js';
import type { Shape } from './shape.js';

/** One rule, held against the runs of a shape. */
export interface Finding {
  readonly rule: string;
  readonly figure: number;
  /** Bound that the figure must reach, or must not exceed. */
  readonly bound: number;
  readonly direction: 'at least' | 'at most';
  readonly holds: boolean;
}

/** The runs of a shape with one seed each: without a library, with retries alone, with the defaults. */
export interface Runs {
  readonly none: readonly Run[];
  readonly retries: readonly Run[];
  readonly ours: readonly Run[];
}

/** Holds all rules that concern the shape against its runs. Shares and differences are in points of 100. */
export function judge(shape: Shape, runs: Runs): Finding[] {
  const findings: Finding[] = [];
  const atLeast = (rule: string, figure: number, bound: number): void => {
    findings.push({ rule, figure, bound, direction: 'at least', holds: figure >= bound - ROUNDING });
  };
  const atMost = (rule: string, figure: number, bound: number): void => {
    findings.push({ rule, figure, bound, direction: 'at most', holds: figure <= bound + ROUNDING });
  };
  const { none, ours, retries } = runs;
  if (shape.calm === true) {
    atMost('calls changed', worst(none.map((bare, index) => changed(bare.traces, (ours[index] as Run).traces))), 0);
  } else if (shape.userOptions === undefined) {
    const stretches: ('trouble' | 'rest' | 'bystanders')[] = ['rest'];
    const isPartial = shape.total === undefined && mean(none.map(({ trouble }) => points(trouble))) > SERVED_POINTS;
    if (isPartial) stretches.push('trouble');
    if (shape.bystanders !== undefined) stretches.push('bystanders');
    const allowed = mean(none.map((bare) => notRequired(bare, shape.total !== undefined))) + (shape.allowedPoints ?? 0);
    for (const stretch of stretches) {
      const gains = ours.map((run, index) => points(run[stretch]) - points((none[index] as Run)[stretch]));
      atLeast(`${stretch}: mean gain on no library`, mean(gains), -1 - allowed);
      atLeast(`${stretch}: worst gain on no library`, Math.min(...gains), -3 - allowed);
    }
    if (shape.loadIndependent === true) {
      const stretch = isPartial ? 'trouble' : 'rest';
      const gains = ours.map((run, index) => points(run[stretch]) - points((retries[index] as Run)[stretch]));
      atLeast(`${stretch}: mean gain on retries alone`, mean(gains), -3 - allowed);
    }
  }
  if (shape.recovery !== undefined) {
    const { asWellAs = 'healthy', backWithinMs } = shape.recovery;
    const bareShare = mean(none.map(({ recovered }) => points(recovered))) - 1;
    atLeast(
      'recovered: least share',
      Math.min(...ours.map(({ recovered }) => points(recovered))),
      asWellAs === 'none' ? Math.min(99, bareShare) : 99,
    );
    if (backWithinMs !== undefined) {
      atMost(
        'back after (ms)',
        worst(ours.map(({ backAfterMs }) => backAfterMs ?? Number.POSITIVE_INFINITY)),
        backWithinMs,
      );
    }
  }
  if (shape.goodput !== undefined) {
    const { possible, atLeast: bound } = shape.goodput;
    atLeast('goodput: share of the possible', 100 * mean(ours.map(({ goodput }) => goodput / possible)), 100 * bound);
  }
  if (shape.mostAttempts !== undefined) {
    atMost('attempts', worst(ours.map(({ troubleAttempts }) => troubleAttempts)), shape.mostAttempts);
  }
  atMost('stuck with a closed circuit (ms)', worst(ours.map(({ stuckMs }) => stuckMs)), STUCK_MS);
  return findings;
}

/**
 * The answers, in points of all calls from the beginning of the trouble, that an open circuit may cost: those to calls
 * that began before the end of a total failure could be known, and those of a trouble in which hardly any call is
 * answered.
 */
function notRequired({ rest, trouble, unavoidable }: Run, isTotal: boolean): number {
  const few = isTotal || points(trouble) <= SERVED_POINTS ? Math.min(trouble.answered, 0.1 * trouble.calls) : 0;
  return (100 * (unavoidable.calls + few)) / Math.max(1, rest.calls);
}

/** If less is answered, an open circuit takes little from any caller. */
const SERVED_POINTS = 10;
const STUCK_MS = 10_000;
const ROUNDING = 1e-9;

/** Calls that went in any way differently. */
function changed(bare: ReadonlyMap<string, Trace>, ours: ReadonlyMap<string, Trace>): number {
  let count = Math.abs(bare.size - ours.size);
  for (const [name, { startedMs, endedMs, attempts, end }] of bare) {
    const own = ours.get(name);
    if (own === undefined) continue;
    const isSame =
      own.startedMs === startedMs && own.endedMs === endedMs && own.attempts === attempts && own.end === end;
    if (!isSame) count += 1;
  }
  return count;
}

export function points({ calls, answered }: Share): number {
  return calls === 0 ? 100 : (100 * answered) / calls;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function worst(values: readonly number[]): number {
  return Math.max(...values);
}
