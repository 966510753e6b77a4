import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Time that the end may take before another signal ends the process at once. A terminal, npm and a loader may all pass
 * on one Ctrl-C.
 */
const PATIENCE_MS = 1_000;

/** An end of a run from outside. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Exit code of the process; undefined if nothing has interrupted it. */
  exitCode(): number | undefined;
}

/** Listens for Ctrl-C and the like, and for an output that has been closed. */
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
