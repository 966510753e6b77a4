import { naturalLog } from '@breakwater/simulator';
import { UsageError } from '../../command-io.js';
import { durationText, numberText, percentText } from '../../report/wording.js';
import type { Outcome } from '../outcome.js';

/** A bound for one figure of an outcome. */
export interface Goal {
  readonly figure: FigureName;
  readonly relation: '<' | '<=' | '>' | '>=';
  /** A share, a number of ms, or a plain number. */
  readonly bound: number;
  /** As written by the user. */
  readonly text: string;
}

/** A figure that goals can name. */
export interface Figure {
  readonly unit: 'share' | 'duration' | 'number';
  readonly better: 'higher' | 'lower';
  /** Infinite if it never happens: a recovery that never comes, the latency of missing answers. */
  of(outcome: Outcome): number;
}

export type FigureName =
  | 'success'
  | 'failed'
  | 'refused'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'recovery'
  | 'attempts'
  | 'peak'
  | 'logs';

export const figures: Readonly<Record<FigureName, Figure>> = {
  success: { unit: 'share', better: 'higher', of: ({ success }) => success },
  failed: { unit: 'share', better: 'lower', of: ({ failed }) => failed },
  refused: { unit: 'share', better: 'lower', of: ({ refused }) => refused },
  p50: { unit: 'duration', better: 'lower', of: (outcome) => latency(outcome, outcome.p50Ms) },
  p95: { unit: 'duration', better: 'lower', of: (outcome) => latency(outcome, outcome.p95Ms) },
  p99: { unit: 'duration', better: 'lower', of: (outcome) => latency(outcome, outcome.p99Ms) },
  recovery: {
    unit: 'duration',
    better: 'lower',
    of: ({ recoveryMs = 0 }) => recoveryMs ?? Number.POSITIVE_INFINITY,
  },
  attempts: { unit: 'number', better: 'lower', of: ({ attemptsPerCall }) => attemptsPerCall },
  peak: { unit: 'number', better: 'lower', of: ({ peakPerSecond }) => peakPerSecond },
  logs: { unit: 'number', better: 'lower', of: ({ logLines }) => logLines },
};

/**
 * Parses `p95<800ms,success>99%`.
 *
 * @throws UsageError naming rule and value
 */
export function goalsIn(text: string): readonly Goal[] {
  return text.split(',').map((part) => goalIn(part.trim()));
}

/** Tells if the goal is met by a value of its figure. */
export function meets({ bound, relation }: Goal, value: number): boolean {
  switch (relation) {
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
  }
}

/**
 * Returns the distance from the goal: 0 if it is met, else the logarithm of the ratio by which it is missed. So 2 % of
 * failed calls instead of 1 % weigh as much as 2 s instead of 1 s.
 */
export function shortfall({ bound, figure }: Goal, value: number): number {
  const { better, unit } = figures[figure];
  if (value === Number.POSITIVE_INFINITY) return NEVER;
  if (unit !== 'share') return value <= bound ? 0 : Math.min(NEVER, naturalLog(value / bound));
  const lost = (share: number): number => (better === 'higher' ? 1 - share : share) + LEAST_SHARE;
  return Math.max(0, naturalLog(lost(value) / lost(bound)));
}

/** Returns the value of a figure, in words. */
export function figureText(figure: FigureName, value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'never';
  switch (figures[figure].unit) {
    case 'share':
      return percentText(value);
    case 'duration':
      return durationText(value);
    case 'number':
      return numberText(value);
  }
}

/** Missed by a factor of 1,000: greater distances count the same. */
const NEVER = naturalLog(1_000);
/** One in 1,000: smaller shares of lost calls count the same. */
const LEAST_SHARE = 0.001;

const GOAL = /^([A-Za-z]\w*)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?|\.\d+)\s*(%|ms|s|min)?$/;

function goalIn(text: string): Goal {
  const [, name = '', relation, number, unit] = GOAL.exec(text) ?? [];
  if (number === undefined) {
    throw bad(
      `must be goals such as "p95<800ms,success>99%", each a figure, one of <, <=, > and >=, and a number`,
      text,
    );
  }
  if (!Object.hasOwn(figures, name)) throw bad(`must name one of ${Object.keys(figures).join(', ')}`, text);
  const figure = name as FigureName;
  const goal = {
    figure,
    relation: relation as Goal['relation'],
    bound: boundIn(figure, Number(number), unit, text),
    text,
  };
  const { better } = figures[figure];
  if (goal.relation.startsWith('>') !== (better === 'higher')) {
    throw bad(`must ask for ${better} ${figure} by ${better === 'higher' ? '> or >=' : '< or <='}`, text);
  }
  return goal;
}

function boundIn(figure: FigureName, number: number, unit: string | undefined, text: string): number {
  switch (figures[figure].unit) {
    case 'share': {
      const share = unit === '%' ? number / 100 : number;
      if ((unit !== '%' && unit !== undefined) || share > 1) {
        throw bad(`must compare ${figure} with a share from 0% to 100%, or from 0 to 1`, text);
      }
      return share;
    }
    case 'duration': {
      const ms = { ms: 1, s: 1_000, min: 60_000 }[unit ?? ''];
      if (ms === undefined || number === 0) throw bad(`must compare ${figure} with a time > 0 in ms, s or min`, text);
      return number * ms;
    }
    case 'number':
      if (unit !== undefined || number === 0)
        throw bad(`must compare ${figure} with a number > 0 without a unit`, text);
      return number;
  }
}

function bad(rule: string, text: string): UsageError {
  return new UsageError(`--for ${rule}, got ${JSON.stringify(text)}`);
}

function latency({ success }: Outcome, ms: number): number {
  return success === 0 ? Number.POSITIVE_INFINITY : ms;
}
