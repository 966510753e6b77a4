import type { CommandIo, ExitCode } from '../src/command-io.js';
import { runBreakwater } from '../src/program.js';

/** A terminal, or a pipe, that keeps what is written to it. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: CommandIo['env'];
  readonly cwd?: string;
}

export interface Shown {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Returns the output of `breakwater <args>`, run in this process. */
export async function shownOn(screen: Screen, ...args: readonly string[]): Promise<Shown> {
  const shown = { code: 0 as ExitCode, stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY: screen.isTTY,
    columns: screen.columns,
    write(text: string) {
      shown[name] += text;
    },
  });
  await runBreakwater(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: screen.env ?? {},
    cwd: screen.cwd ?? process.cwd(),
    setExitCode(code) {
      shown.code = code;
    },
  });
  return shown;
}
