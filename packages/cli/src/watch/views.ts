import { type Colors, type Output, widthOf } from '../command-io.js';
import { screenLines } from './screen-text.js';
import type { WatchedEvent, WatchedPage } from './watched-page.js';
import { eventText, figure, storeText, timeText, verdictText } from './wording.js';

/** Shows the data of a page. */
export interface WatchView {
  /** Shows a new state, with the events since the previous one. */
  show(page: WatchedPage, fresh: readonly WatchedEvent[]): void;
  /** Shows that the connection is lost; an empty text if it is back. */
  status(page: WatchedPage, text: string): void;
  /** Restores the terminal. */
  close(): void;
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const REDRAW_EVERY_MS = 250;

/** Shows the whole terminal, redrawn at most four times a second. */
export function screenView(output: Output, colors: Colors, now: () => number): WatchView {
  let status = '';
  let drawnMs = Number.NEGATIVE_INFINITY;
  output.write(ENTER);
  const draw = (page: WatchedPage): void => {
    drawnMs = now();
    const size = { columns: widthOf(output), rows: output.rows || 24 };
    const lines = screenLines(page, status, size, colors);
    output.write(`${HOME}${lines.map((line) => `${line}${CLEAR_LINE_END}`).join('\n')}${CLEAR_BELOW}`);
  };
  return {
    show(page) {
      if (now() - drawnMs >= REDRAW_EVERY_MS) draw(page);
    },
    status(page, text) {
      if (text === status) return;
      status = text;
      draw(page);
    },
    close: () => void output.write(LEAVE),
  };
}

const SUMMARY_EVERY_MS = 10_000;

/** Writes a line for each event, and one about all keys every ten seconds: for pipes, files and logs. */
export function plainView(output: Output): WatchView {
  let summedMs = Number.NEGATIVE_INFINITY;
  let status = '';
  return {
    show(page, fresh) {
      // Repeated events are in the summary.
      for (const entry of fresh.filter(({ replaces }) => replaces === undefined)) output.write(`${eventText(entry)}\n`);
      if (page.atMs - summedMs < SUMMARY_EVERY_MS) return;
      summedMs = page.atMs;
      output.write(`${summaryLine(page)}\n`);
    },
    status(_page, text) {
      if (text !== status && text !== '') output.write(`${text}\n`);
      status = text;
    },
    close() {},
  };
}

export function summaryLine(page: WatchedPage): string {
  const rows = page.rows();
  const sum = (name: 'calls' | 'answered' | 'refused'): number => rows.reduce((total, row) => total + row[name], 0);
  const store = storeText(page.storeTroubles);
  return `${timeText(page.atMs)}  ${verdictText(rows)}; ${figure(sum('calls'))} calls/s, ${figure(sum('answered'))} answered, ${figure(sum('refused'))} refused${store && `; ${store}`}`;
}
