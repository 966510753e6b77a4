import Table from 'cli-table3';
import type { Colors } from 'picocolors/types.js';
import type { Comparison, SideFigures } from './comparison.js';
import { percent, twoDigits, whole } from './figures.js';

/** A column of both sides: its heading, the widths of its halves, and what stands in them. */
interface Column {
  readonly heading: string;
  readonly widths: readonly [plain: number, guarded: number];
  readonly text: (figures: SideFigures) => string;
}

/** Wide enough for what can be expected, and 80 characters in all. */
const columns: readonly Column[] = [
  { heading: 'success, %', widths: [7, 4], text: ({ success }) => percent(success).replace(' %', '') },
  { heading: 'p50/p95, ms', widths: [9, 9], text: ({ p50Ms, p95Ms }) => `${whole(p50Ms)}/${whole(p95Ms)}` },
  { heading: 'attempts/call', widths: [7, 5], text: ({ attemptsPerCall }) => twoDigits(attemptsPerCall) },
  { heading: 'refused', widths: [7, 4], text: ({ refused }) => whole(refused) },
];

const noFrame = ['left', 'right', 'left-mid', 'right-mid', 'top-left', 'top-right', 'bottom-left', 'bottom-right'];

/** Both sides next to each other, a line per phase. */
export function table(rows: readonly Comparison[], { bold, dim }: Colors): string {
  const heads = columns.map(({ heading, widths }) => ` ${bold(heading)}\n ${dim(halves(['without', 'with'], widths))}`);
  const drawn = new Table({
    head: [bold('phase'), ...heads],
    chars: Object.fromEntries(noFrame.map((name) => [name, ''])),
    style: { head: [], border: [], compact: true, 'padding-left': 0 },
  });
  for (const { name, plain, guarded } of rows) {
    const paint = name === 'total' ? bold : (text: string) => text;
    const cells = columns.map(({ widths, text }) => ` ${paint(halves([text(plain), text(guarded)], widths))}`);
    drawn.push([paint(name), ...cells]);
  }
  return drawn.toString();
}

function halves(texts: readonly [string, string], widths: readonly [number, number]): string {
  return `${texts[0].padStart(widths[0])} ${texts[1].padStart(widths[1])}`;
}
