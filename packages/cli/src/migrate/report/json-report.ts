import type { Step } from '../file/source.js';
import { leftOver, type RunResult } from '../run.js';

/** Result of a run, for programs. */
export function jsonReport(result: RunResult, step: Step): string {
  const { looked, changed, written, findings } = result;
  const report = {
    step,
    written,
    filesLookedAt: looked,
    filesChanged: changed.map(({ path }) => path),
    left: leftOver(result).length,
    findings,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
