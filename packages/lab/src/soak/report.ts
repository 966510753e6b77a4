import Table from 'cli-table3';
import type { Figures, Outcome } from './figures.js';
import { breachesOf, heapGrowth } from './judge.js';
import { afterWarmUp } from './trend.js';

/** Room is scarce: no frame and no colours, so that it can be piped and pasted. */
const PLAIN = {
  chars: {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
    ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
    ...{ left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '', middle: '  ' },
  },
  style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
};

const NOTHING = '–';
const MEGABYTE = 2 ** 20;

type Row = readonly [what: string, text: (figures: Figures) => string];

const rows: readonly Row[] = [
  ['calls', ({ began }) => whole(began)],
  ['ended, each once', ({ settled }) => whole(settled)],
  ['calls per second', ({ began, elapsedMs }) => whole((began * 1_000) / elapsedMs)],
  ['attempts of the policies', ({ attempts }) => whole(attempts)],
  ['requests at the server', ({ requests }) => whole(requests)],
  ['heap after the warm-up, MB', ({ heap }) => megabytes(afterWarmUp(heap)[0]?.value)],
  ['heap at the end, MB', ({ heap }) => megabytes(heap.at(-1)?.value)],
  ['growth per call, bytes', (figures) => heapGrowth(figures).toFixed(2)],
  ['rounds, each back to nothing', ({ heap }) => whole(heap.length)],
];

/** All clients next to each other: figures, results of calls, stop reasons, places of aborts. */
export function table(outcomes: readonly Outcome[]): string {
  const drawn = new Table({
    ...PLAIN,
    head: ['', ...outcomes.map(({ client }) => client)],
    colAligns: ['left', ...outcomes.map(() => 'right' as const)],
  });
  const add = (what: string, text: (figures: Figures) => string): void => {
    drawn.push([what, ...outcomes.map(({ figures }) => (figures === undefined ? NOTHING : text(figures)))]);
  };
  for (const [what, text] of rows) add(what, text);
  for (const [group, words] of [
    ['endings', 'ended: '],
    ['stops', 'stopped: '],
    ['aborts', 'aborted: '],
  ] as const) {
    const names = new Set(outcomes.flatMap(({ figures }) => Object.keys(figures?.[group] ?? {})));
    for (const name of [...names].sort()) {
      add(`${words}${name}`, (figures) => whole((figures[group] as Readonly<Record<string, number>>)[name] ?? 0));
    }
  }
  drawn.push([
    'gone after the end, ms',
    ...outcomes.map(({ exit }) => (exit.kind === 'by-itself' ? whole(exit.afterMs) : NOTHING)),
  ]);
  return drawn.toString();
}

/** Breaches, a line each; empty if there are none. */
export function breachLines(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap((outcome) => breachesOf(outcome).map((breach) => `${outcome.client}: ${breach}`));
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

function megabytes(bytes: number | undefined): string {
  return bytes === undefined ? NOTHING : (bytes / MEGABYTE).toFixed(2);
}
