import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTables } from '../docs-tables/fill.js';
import type { CaseFigures, GroupFigures, Quartiles } from './figures.js';
import type { Machine } from './machine.js';

const page = fileURLToPath(new URL('../../../docs/benchmarks.md', import.meta.url));

/**
 * Puts the figures of a run into the page of the documentation. @throws Error if the run lacks a figure that the page
 * shows
 */
export function writeBenchmarkPage(machine: Machine, groups: readonly GroupFigures[], cpu: boolean): void {
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, withTables(text, new Map([['benchmarks', benchmarkTable(machine, groups, cpu)]])));
}

/** Returns the table of the figures, a column for each release of Node, under a line about the machine. */
export function benchmarkTable(machine: Machine, groups: readonly GroupFigures[], cpu: boolean): string {
  const nodes = [...new Set(groups.map(({ node }) => node))].filter((node) => node !== undefined);
  const columns = nodes.length > 0 ? nodes : [machine.node];
  const day = new Date(machine.atMs).toISOString().slice(0, 10);
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const rows = FIGURES.map((figure) => {
    const cells = columns.map((node) => cellOf(figure, groups, nodes.length > 0 ? node : undefined));
    return `| ${figure.label} | ${cells.join(' | ')} |`;
  });
  return [
    `Measured on ${day}: ${machine.cores} x ${machine.cpu}, ${machine.platform}; ${versions.join(', ')}.`,
    `Times are those of the ${cpu ? 'processor' : 'wall clock'}. Load before the run: ${machine.load.toFixed(1)}.`,
    'Each cell has the median and, in brackets, its quartiles; then the peers.',
    '',
    `| | ${columns.map((node) => `Node ${node.replace(/^v/, '')}`).join(' | ')} |`,
    `|---|${columns.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}

/** A figure of the page: one case of a group, and the peers beside it. */
interface Figure {
  readonly label: string;
  readonly group: string;
  readonly ours: string;
  readonly peers: readonly string[];
  readonly of: (figures: CaseFigures) => Quartiles | undefined;
  readonly text: (value: number) => string;
}

const whole = (value: number): string => (Math.round(value) + 0).toLocaleString('en');
const nanoseconds = (value: number): string => `${whole(value)} ns`;
const bytes = (value: number): string => `${whole(value)} B`;
const kilobytes = (value: number): string => `${(value / 1_000).toFixed(1)} kB`;
const times = (value: number): string => `x${value.toFixed(3)}`;
const microseconds = (value: number): string => `${whole(value / 1_000)} µs`;
const inItself = ({ value }: CaseFigures): Quartiles => value;

/** Figures of the page, in their order. */
export const FIGURES: readonly Figure[] = [
  {
    label: '`execute`, time over a bare `await`',
    group: 'execute: an async function',
    ours: 'breakwater',
    peers: ['cockatiel', 'opossum'],
    of: ({ over }) => over,
    text: nanoseconds,
  },
  {
    label: '... with a listener',
    group: 'execute: an async function, one listener',
    ours: "breakwater, on('call')",
    peers: ['cockatiel, onSuccess', "opossum, on('success')"],
    of: ({ over }) => over,
    text: nanoseconds,
  },
  {
    label: '`execute`, allocated by a call, the bare `await` included',
    group: 'allocation: execute',
    ours: 'breakwater',
    peers: ['bare', 'cockatiel', 'opossum'],
    of: inItself,
    text: bytes,
  },
  ...['GET', 'POST with a JSON body'].map(
    (what): Figure => ({
      label: `axios, ${what}, of bare axios with an adapter that does nothing`,
      group: `axios: ${what}`,
      ours: 'breakwater',
      peers: ['axios-retry', 'retry-axios'],
      of: ({ share }) => share,
      text: times,
    }),
  ),
  {
    label: 'got, GET over loopback, 32 at a time, of bare got',
    group: 'got: GET over loopback, 32 at a time',
    ours: 'breakwater',
    peers: ['bare again'],
    of: ({ share }) => share,
    text: times,
  },
  {
    label: 'Refusal by an open circuit',
    group: 'reject: by an open circuit',
    ours: 'breakwater',
    peers: ['cockatiel', 'opossum'],
    of: inItself,
    text: nanoseconds,
  },
  {
    label: 'Memory of an idle key',
    group: 'memory: an idle key',
    ours: 'breakwater',
    peers: ['cockatiel, sampling breaker', 'opossum'],
    of: inItself,
    text: bytes,
  },
  ...(
    [
      ['an open circuit', 'cockatiel', 'opossum'],
      ['100 listeners', 'cockatiel', 'opossum'],
      ['a full limit with 5,000 waiting', 'cockatiel, bulkhead', 'opossum, capacity'],
    ] as const
  ).flatMap(([what, ...peers]): Figure[] => {
    const common = { ours: 'breakwater', peers, of: inItself };
    const group = `bad day: ${what}`;
    return [
      {
        ...common,
        label: `10,000 refusals a second, ${what}: processor`,
        group: `${group}, processor`,
        text: nanoseconds,
      },
      { ...common, label: '... garbage', group: `${group}, garbage`, text: bytes },
      {
        ...common,
        label: '... event loop late at most by',
        group: `${group}, event loop late at most by`,
        text: microseconds,
      },
    ];
  }),
  {
    label: 'Core and axios adapter in a bundle, minified and gzipped',
    group: 'bundle: for browser',
    ours: 'breakwater',
    peers: ['axios-retry + cockatiel'],
    of: inItself,
    text: kilobytes,
  },
];

function cellOf({ group, ours, peers, of, text }: Figure, groups: readonly GroupFigures[], node: string | undefined) {
  // Sizes of bundles are the same on every release, and measured on one.
  const found =
    groups.find((one) => one.name === group && one.node === node) ?? groups.find((one) => one.name === group);
  const quartilesOf = (name: string): Quartiles => {
    const figures = found?.cases.find((one) => one.name === name);
    const quartiles = figures && of(figures);
    if (quartiles === undefined) throw new Error(`the page shows "${name}" of "${group}", which was not measured`);
    return quartiles;
  };
  const { low, median, high } = quartilesOf(ours);
  const spread = low === high ? '' : ` (${text(low)} to ${text(high)})`;
  const beside = peers.map((peer) => `${peer.replace(/, .*/, '')} ${text(quartilesOf(peer).median)}`);
  return `**${text(median)}**${spread}; ${beside.join(', ')}`;
}
