import type { HistoryStretch } from '../src/measure/history.js';

/** One line of a chart. */
export interface SeriesPlan {
  readonly label: string;
  /** A variable of the style sheet. */
  readonly color: string;
  readonly filled?: boolean;
  /** A line that holds its value until the next one. */
  readonly stepped?: boolean;
  /** Drawn on top of the series before it; the value that is read out stays its own. */
  readonly stacked?: boolean;
  value(stretch: HistoryStretch, at: number): number | null;
}

export interface ChartPlan {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly SeriesPlan[];
}

type Name = keyof HistoryStretch['values'];

const at = ({ values }: HistoryStretch, name: Name, index: number): number | null => values[name][index] ?? null;
/** Rate of one second; 0 if nothing was recorded, since nothing happened. */
const rate =
  (name: Name) =>
  (stretch: HistoryStretch, index: number): number =>
    ((at(stretch, name, index) ?? 0) * 1_000) / stretch.stepMs;
const gauge =
  (name: Name) =>
  (stretch: HistoryStretch, index: number): number | null =>
    at(stretch, name, index);

/** The charts of a key, by the history that its process keeps. */
export const chartPlans: readonly ChartPlan[] = [
  {
    title: 'Calls per second',
    unit: '/s',
    series: [
      { label: 'answered', color: '--chart-good', filled: true, stacked: true, value: rate('answered') },
      { label: 'failed', color: '--chart-bad', filled: true, stacked: true, value: rate('failed') },
      { label: 'refused', color: '--chart-warn', filled: true, stacked: true, value: rate('refused') },
    ],
  },
  {
    title: 'Latency of attempts',
    unit: ' ms',
    series: [
      { label: 'p95', color: '--accent-2', value: gauge('p95') },
      { label: 'p50', color: '--accent', value: gauge('p50') },
    ],
  },
  {
    title: 'Attempts per call',
    unit: '',
    series: [
      {
        label: 'attempts',
        color: '--accent',
        value(stretch, index) {
          const calls = (['answered', 'failed', 'refused'] as const).reduce(
            (sum, name) => sum + (at(stretch, name, index) ?? 0),
            0,
          );
          return calls === 0 ? null : (at(stretch, 'attempts', index) ?? 0) / calls;
        },
      },
    ],
  },
  {
    title: 'In flight and limit',
    unit: '',
    series: [
      {
        label: 'in flight',
        color: '--accent',
        filled: true,
        value: (stretch, index) => at(stretch, 'inFlight', index) ?? 0,
      },
      { label: 'cap', color: '--chart-bad', stepped: true, value: gauge('cap') },
    ],
  },
  {
    title: 'Retries in the budget',
    unit: '',
    series: [{ label: 'retries', color: '--accent', filled: true, value: gauge('budget') }],
  },
  {
    title: 'Cool-down left',
    unit: ' s',
    series: [
      {
        label: 'seconds',
        color: '--chart-warn',
        filled: true,
        value: (stretch, index) => at(stretch, 'coolDown', index) ?? 0,
      },
    ],
  },
];

/** The instants of a stretch, in seconds since 1970. */
export function instantsOf({ stepMs, fromMs, values }: HistoryStretch): number[] {
  return values.state.map((_, index) => (fromMs + index * stepMs) / 1_000);
}

/** Each series as it is: what is read out. */
export function valuesOf({ series }: ChartPlan, stretch: HistoryStretch): (number | null)[][] {
  return series.map((plan) => stretch.values.state.map((_, index) => plan.value(stretch, index)));
}

/** Each series as it is drawn: stacked ones stand on those before them. */
export function drawnOf({ series }: ChartPlan, values: readonly (number | null)[][]): (number | null)[][] {
  let below: (number | null)[] = [];
  return values.map((own, index) => {
    if (series[index]?.stacked !== true) return own;
    below = own.map((value, slot) => (value ?? 0) + (below[slot] ?? 0));
    return below;
  });
}

/** A stretch with what came after it, no longer than it was to be. */
export function joined(old: HistoryStretch, next: HistoryStretch, keepMs: number): HistoryStretch {
  const overlap = Math.max(
    0,
    Math.round((old.fromMs + old.values.state.length * old.stepMs - next.fromMs) / old.stepMs),
  );
  const isGap = next.fromMs > old.fromMs + old.values.state.length * old.stepMs;
  if (isGap || next.stepMs !== old.stepMs) return next;
  const length = old.values.state.length - overlap + next.values.state.length;
  const drop = Math.max(0, length - Math.round(keepMs / old.stepMs));
  const values = Object.fromEntries(
    (Object.keys(old.values) as Name[]).map((name) => [
      name,
      [...old.values[name].slice(0, old.values[name].length - overlap), ...next.values[name]].slice(drop),
    ]),
  ) as unknown as HistoryStretch['values'];
  return { stepMs: old.stepMs, fromMs: old.fromMs + drop * old.stepMs, values };
}

const LEAST_MS = 60_000;

/** A stretch without the time before anything was known, but no shorter than a minute. */
export function sinceFirst({ stepMs, fromMs, values }: HistoryStretch): HistoryStretch {
  const known = values.state.findIndex((state) => state !== null);
  const least = Math.ceil(LEAST_MS / stepMs);
  const most = Math.max(0, values.state.length - least);
  const drop = known < 0 ? most : Math.min(most, Math.max(0, known - 2));
  const rest = Object.fromEntries((Object.keys(values) as Name[]).map((name) => [name, values[name].slice(drop)]));
  return { stepMs, fromMs: fromMs + drop * stepMs, values: rest as unknown as HistoryStretch['values'] };
}
