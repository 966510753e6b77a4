import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Exit, Figures, FromCallers, Outcome, Run } from './figures.js';

export type Progress = Extract<FromCallers, { kind: 'progress' }>;

/** Longest time for a silent process to end. */
const PATIENCE_MS = 10_000;

/** Makes the calls of one client in a process of their own, and watches how that ends. */
export async function runCallers(run: Run, onProgress: (progress: Progress) => void): Promise<Outcome> {
  const child = fork(new URL('./callers.ts', import.meta.url), [JSON.stringify(run)], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  let figures: Figures | undefined;
  let doneMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let resources: readonly string[] | undefined;
  child.on('message', (message: FromCallers) => {
    switch (message.kind) {
      case 'progress':
        return onProgress(message);
      case 'done':
        figures = message.figures;
        doneMs = performance.now();
        timer = setTimeout(kill, PATIENCE_MS);
        return;
      case 'hangs':
        resources = message.resources;
        kill();
        return;
    }
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  process.off('exit', kill);
  return { client: run.client, figures, exit: exitOf() };

  function exitOf(): Exit {
    if (figures === undefined) return { kind: 'early', how: String(signal ?? code) };
    if (code === null) return { kind: 'hung', resources: resources ?? [] };
    return { kind: 'by-itself', code, afterMs: performance.now() - doneMs };
  }
}
