import type { Cell } from './plan.js';
import { type CellResult, verdictOf } from './result.js';
import { countsOf } from './tables.js';

const CLEAR_LINE = '\r\u001b[2K';

/** Tells how far the matrix is: one line that changes on a terminal, a line per cell that is not green elsewhere. */
export class ProgressView {
  readonly #total: number;
  readonly #out: NodeJS.WriteStream;
  #done = 0;

  constructor(total: number, out: NodeJS.WriteStream) {
    this.#total = total;
    this.#out = out;
  }

  say(text: string): void {
    this.#out.write(this.#out.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
  }

  begin(cell: Cell): void {
    if (this.#out.isTTY) this.#out.write(this.#line(titleOf(cell)));
  }

  finish(result: CellResult): void {
    this.#done += 1;
    const verdict = verdictOf(result);
    if (verdict === 'green' || verdict === 'none') return;
    this.#out.write(`${this.#line(`${titleOf(result.cell)}: ${countsOf(result)} (${verdict})`)}\n`);
  }

  close(): void {
    if (this.#out.isTTY) this.#out.write(CLEAR_LINE);
  }

  #line(text: string): string {
    const line = `[${this.#done}/${this.#total}] ${text}`;
    return this.#out.isTTY ? `${CLEAR_LINE}${line.slice(0, Math.max(20, (this.#out.columns ?? 120) - 1))}` : line;
  }
}

function titleOf({ table, row, column, part }: Cell): string {
  return [table, row, column, part].filter((word) => word !== '').join(' ');
}
