import type { Colors } from '../command-io.js';
import { wrapped } from '../wrapped.js';
import type { WatchedKey, WatchedPage } from './watched-page.js';
import {
  eventText,
  figure,
  levelColor,
  share,
  stateWord,
  storeText,
  timeText,
  troubleColor,
  verdictText,
} from './wording.js';

/** Size and abilities of the terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const STATE_WIDTH = 10;
const FIGURES: readonly (readonly [title: string, width: number, of: (row: WatchedKey) => string])[] = [
  ['calls/s', 8, ({ calls }) => figure(calls)],
  ['answered', 9, ({ answered, calls }) => share(answered, calls)],
  ['refused/s', 10, ({ refused }) => figure(refused)],
  ['att/call', 9, ({ attempts, calls }) => (calls > 0 ? (attempts / calls).toFixed(2) : '-')],
  ['p95', 9, ({ p95Ms }) => (p95Ms === undefined ? '-' : `${Math.round(p95Ms)} ms`)],
  ['in flight', 10, ({ inFlight, cap }) => (cap === undefined ? String(inFlight) : `${inFlight}/${cap}`)],
];
const LOG_SHARE = 1 / 4;
const MAX_LOG_LINES = 12;

/**
 * Returns the lines of the screen, at most as many and as long as fit. `status`: the problem with the connection, if
 * there is one.
 */
export function screenLines(
  page: WatchedPage,
  status: string,
  { columns, rows }: ScreenSize,
  colors: Colors,
): string[] {
  const all = page.rows();
  const { bold, dim, red } = colors;
  const head = `${bold('Breakwater')}${dim(` · ${page.instance} · ${timeText(page.atMs)} · `)}${verdictText(all)}`;
  const title = [head, ...[status, storeText(page.storeTroubles)].filter(Boolean).map((text) => red(`· ${text}`))].join(
    ' ',
  );
  const logLines = Math.min(MAX_LOG_LINES, Math.floor(rows * LOG_SHARE), page.log.length);
  const forKeys = Math.max(0, rows - 3 - (logLines > 0 ? logLines + 2 : 0));
  const keys = keyLines(all, columns, forKeys, colors);
  const log = page.log.slice(-logLines || page.log.length).reverse();
  return [
    cut(title, columns),
    '',
    ...keys,
    ...(logLines > 0
      ? [
          '',
          cut(bold('What happened'), columns),
          ...log.map((entry) => cut(levelColor(entry, colors)(eventText(entry)), columns)),
        ]
      : []),
  ].slice(0, rows - 1);
}

function keyLines(rows: readonly WatchedKey[], columns: number, most: number, colors: Colors): string[] {
  if (rows.length === 0 || most < 2) return [];
  const figures = columns >= 100 ? FIGURES : FIGURES.slice(0, 3);
  const nameWidth = Math.max(12, columns - STATE_WIDTH - figures.reduce((sum, [, width]) => sum + width, 0) - 1);
  const heading = `${'state'.padEnd(STATE_WIDTH)}${'key'.padEnd(nameWidth)}${figures.map(([name, width]) => name.padStart(width)).join('')}`;
  const lines = [cut(colors.dim(heading), columns)];
  let shown = 0;
  for (const row of rows) {
    const color = troubleColor(row, colors);
    const name = cut(row.key, nameWidth - 1).padEnd(nameWidth);
    const values = figures.map(([, width, of]) => of(row).padStart(width)).join('');
    const own = [cut(`${color(stateWord(row.state).padEnd(STATE_WIDTH))}${name}${values}`, columns)];
    const says = [row.says, row.next].filter(Boolean).join(' ');
    if (says !== '')
      own.push(...fitted(says, columns - STATE_WIDTH, 2).map((line) => colors.dim(' '.repeat(STATE_WIDTH) + line)));
    // The last line shows what is omitted.
    if (lines.length + own.length > most - 1 && shown < rows.length - 1) break;
    if (lines.length + own.length > most) break;
    lines.push(...own);
    shown += 1;
  }
  if (shown < rows.length) lines.push(colors.dim(`${' '.repeat(STATE_WIDTH)}and ${rows.length - shown} more`));
  return lines;
}

/** Breaks a text into a limited number of lines; the last one is cut. */
function fitted(text: string, width: number, most: number): string[] {
  const lines = wrapped(text, width);
  if (lines.length <= most) return lines.map((each) => cut(each, width));
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(' '), width)];
}

/** Cuts a line to a width. Colour codes do not count. */
export function cut(text: string, width: number): string {
  let length = 0;
  let out = '';
  for (const part of text.split(COLOR_CODES)) {
    if (part.startsWith(ESCAPE)) {
      out += part;
      continue;
    }
    const room = width - length;
    const isLong = part.length > room;
    const kept = isLong ? (room > 0 ? `${part.slice(0, room - 1)}…` : '') : part;
    out += kept;
    length += kept.length;
  }
  return out;
}

const ESCAPE = '\u001b';
const COLOR_CODES = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`);
