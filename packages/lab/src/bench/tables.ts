import Table from 'cli-table3';
import type { Colors } from 'picocolors/types.js';
import { type CaseFigures, costRatio, type GroupFigures, type Quartiles } from './figures.js';
import { AGAIN } from './group.js';
import type { Target } from './targets.js';

/** Room is scarce: no frame but a line under the head. */
const CHARS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '', middle: '  ' },
};

export function groupTable(group: GroupFigures, colors: Colors): string {
  const { bold } = colors;
  const columns = columnsOf(group);
  const rows = group.cases.map((figures) => {
    const paint = figures.name.startsWith('breakwater') ? bold : (text: string) => text;
    return [figures.name, ...columns.map(({ text }) => text(figures))].map(paint);
  });
  const name = group.node === undefined ? group.name : `${group.name} (Node ${group.node})`;
  return `${bold(name)}\n${draw(['', ...columns.map(({ head }) => head)], rows, colors)}`;
}

export function targetsTable(targets: readonly Target[], colors: Colors): string {
  const { bold, green, red } = colors;
  const rows = targets.map(({ section, target, node, measured, atMost, unit, met }) => [
    node === undefined ? `${section}: ${target}` : `${section}: ${target}, Node ${node}`,
    inUnit(measured, unit),
    `≤ ${inUnit(atMost, unit)}`,
    met ? green('met') : red('missed'),
  ]);
  const met = targets.filter((target) => target.met).length;
  return `${bold(`Targets: ${met} of ${targets.length} met`)}\n${draw(['', 'measured', 'target', ''], rows, colors)}`;
}

/** Meaning of the columns, once under all tables. */
export const LEGEND = `ns a call    median over the rounds, with its quartiles
over bare    what it takes more than bare in the same round; "${AGAIN}" shows the noise in that
ours to it   what the first of ours costs as a share of what this one costs`;

interface Column {
  readonly head: string;
  readonly text: (figures: CaseFigures) => string;
}

function columnsOf(group: GroupFigures): Column[] {
  return [...valueColumns(group), ...baseColumns(group), ...oursColumn(group)];
}

function valueColumns({ unit, reading, cases }: GroupFigures): Column[] {
  if (reading === 'rate') return pair('a second', ({ value }) => inverse(value, 1e9), whole);
  if (unit === 'delay') return pair('µs', ({ value }) => mapped(value, (ns) => ns / 1_000), whole);
  const head = { ns: 'ns a call', bytes: 'bytes', count: 'number' }[unit];
  const columns = pair(head, ({ value }) => value, whole);
  // Sizes that were taken once have no spread.
  return cases.some(({ samples }) => samples.length > 1) ? columns : columns.slice(0, 1);
}

function baseColumns({ reading, base }: GroupFigures): Column[] {
  if (reading === undefined) return [];
  switch (reading) {
    case 'over':
      return pair(`over ${base}`, ({ over }) => over, whole);
    case 'share':
      return pair(`over ${base}, %`, ({ share }) => share && mapped(share, (value) => (value - 1) * 100), decimal);
    case 'rate':
      return pair(`of ${base}, %`, ({ share }) => share && inverse(share, 100), decimal);
  }
}

function oursColumn(group: GroupFigures): Column[] {
  const { ours, base } = group;
  if (ours === undefined || group.reading === 'rate') return [];
  const text = ({ name }: CaseFigures): string => {
    if ([ours, base, AGAIN].includes(name)) return '';
    return costRatio(group, ours, name)?.toFixed(2) ?? '';
  };
  return [{ head: 'ours to it', text }];
}

/** A median, and its quartiles beside it. */
function pair(
  head: string,
  of: (figures: CaseFigures) => Quartiles | undefined,
  text: (value: number) => string,
): Column[] {
  const cell = (show: (figures: Quartiles) => string) => (figures: CaseFigures) => {
    const found = of(figures);
    return found === undefined ? '' : show(found);
  };
  return [
    { head, text: cell(({ median }) => text(median)) },
    { head: 'quartiles', text: cell(({ low, high }) => `${text(low)} – ${text(high)}`) },
  ];
}

const mapped = ({ median, low, high }: Quartiles, of: (value: number) => number): Quartiles => ({
  median: of(median),
  low: of(low),
  high: of(high),
});

/** The slow quarter of the times is the low quarter of the rates. */
function inverse(of: Quartiles, dividend: number): Quartiles {
  const { median, low, high } = mapped(of, (value) => dividend / value);
  return { median, low: high, high: low };
}

function draw(head: readonly string[], rows: readonly string[][], { dim }: Colors): string {
  const table = new Table({
    chars: CHARS,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    head: head.map((text) => dim(text)),
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function inUnit(value: number, unit: Target['unit']): string {
  switch (unit) {
    case 'ratio':
      return value.toFixed(2);
    case '%':
      return `${decimal(value)} %`;
    case 'bytes':
      return `${whole(value)} bytes`;
    case 'timers':
      return whole(value);
    case 'ns':
      return `${whole(value)} ns`;
  }
}

/** Adding 0 makes 0 of -0. */
const whole = (value: number): string => (Math.round(value) + 0).toLocaleString('en');

const decimal = (value: number): string => value.toFixed(1).replace(/^-0\.0$/, '0.0');
