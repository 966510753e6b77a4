import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long the end may take before another signal is obeyed at once. A terminal, npm and a loader may all pass on one Ctrl-C. */
const PATIENCE_MS = 1_000;

/** What ends a run from outside. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** What the process is to end with; undefined while nothing has happened. */
  exitCode(): number | undefined;
}

/** Listens to Ctrl-C and its like, and to an output that nobody reads any more. */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let sinceMs = 0;
  const interrupt = (code: number): void => {
    if (exitCode !== undefined) {
      if (performance.now() - sinceMs > PATIENCE_MS) process.exit(exitCode);
      return;
    }
    exitCode = code;
    sinceMs = performance.now();
    controller.abort();
  };
  for (const name of signals) process.on(name, () => interrupt(128 + constants.signals[name]));
  process.stdout.on('error', () => interrupt(1));
  return { signal: controller.signal, exitCode: () => exitCode };
}
