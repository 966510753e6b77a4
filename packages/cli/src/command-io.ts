import { createColors } from 'picocolors';

/** Output of a command: a stream, or a replacement for one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal, in characters. */
  readonly columns?: number | undefined;
  /** Height of the terminal, in lines. */
  readonly rows?: number | undefined;
}

/** 0: success. 1: something was found, or `--check` or `--strict` was not met. 2: the command is invalid. */
export type ExitCode = 0 | 1 | 2;

/** The process as a command sees it. */
export interface CommandIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Base of relative paths. */
  readonly cwd: string;
  /** Threads that the command may use. @default 1 */
  readonly cores?: number | undefined;
  setExitCode(code: ExitCode): void;
  /** Calls `listener` on Ctrl-C and the like, instead of ending the process. The returned function removes it. */
  onInterrupt?(listener: () => void): () => void;
}

export type Colors = ReturnType<typeof createColors>;

/** Returns the colours for `output`: on a terminal, unless `NO_COLOR` is set; anywhere with `FORCE_COLOR`. */
export function colorsFor(output: Output, env: CommandIo['env']): Colors {
  return createColors(wantsColors(output, env));
}

/** Invalid usage or input: the message is for the user, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Progress of a long run, on one line of standard error. */
export interface Progress {
  show(text: string): void;
  /** Removes the line. Must be called before anything else is written, and at the end. */
  clear(): void;
}

/** Returns progress that is shown only on a terminal. */
export function progressOn({ stderr }: Pick<CommandIo, 'stderr'>): Progress {
  let shown = false;
  return {
    show(text) {
      if (stderr.isTTY !== true) return;
      stderr.write(`${CLEAR_LINE}${fitted(text, widthOf(stderr))}`);
      shown = true;
    },
    clear() {
      if (shown) stderr.write(CLEAR_LINE);
      shown = false;
    },
  };
}

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Reads https://no-color.org (set and not empty) and https://force-color.org (the same, and by custom `FORCE_COLOR=0`
 * means no).
 */
function wantsColors(output: Output, { NO_COLOR, FORCE_COLOR, TERM }: CommandIo['env']): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return output.isTTY === true && TERM !== 'dumb';
}

/** Returns the width of the terminal, in characters. A terminal that does not know its size reports 0. */
export function widthOf({ columns }: Output): number {
  return columns === undefined || columns === 0 ? USUAL_WIDTH : columns;
}

const USUAL_WIDTH = 80;

/** Cuts a text to one line, because a line that wraps could not be removed again. */
function fitted(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
