import { type Behaviour, show } from './behaviour.js';

/** Report of a suite in one process. */
export interface SuiteReport {
  /** Version of Node. */
  readonly node: string;
  readonly shown: readonly string[];
  readonly failed: readonly Finding[];
  /** Those that do not apply, and why. */
  readonly lacking: readonly Finding[];
}

export interface Finding {
  readonly name: string;
  readonly message: string;
}

/** Start of a suite's report, on a line of its own: a client may print text as well. */
export const REPORT_MARK = 'matrix-report:';

/**
 * Shows one behaviour after the other and prints a report. Never ends the process: that it ends by itself is something
 * that its parent looks at.
 */
export async function reportSuite<Parts>(behaviours: readonly Behaviour<Parts>[], parts: Parts): Promise<void> {
  const shown: string[] = [];
  const failed: Finding[] = [];
  const lacking: Finding[] = [];
  const stray = strayTrouble();
  for (const behaviour of behaviours) {
    const { name } = behaviour;
    const message = behaviour.lacks?.(parts);
    if (message !== undefined) {
      lacking.push({ name, message });
      continue;
    }
    try {
      await show(behaviour, parts);
      // Unhandled rejections are reported after the microtasks.
      await new Promise((resolve) => setImmediate(resolve));
      stray.check();
      shown.push(name);
    } catch (error) {
      failed.push({ name, message: messageOf(error) });
    }
  }
  const report: SuiteReport = { node: process.version, shown, failed, lacking };
  process.stdout.write(`\n${REPORT_MARK}${JSON.stringify(report)}\n`);
}

/** Unhandled rejections and errors, and warnings of leaks. */
function strayTrouble(): { check(): void } {
  const seen: string[] = [];
  process.on('unhandledRejection', (error) => seen.push(`unhandled rejection: ${messageOf(error)}`));
  process.on('uncaughtException', (error) => seen.push(`uncaught exception: ${messageOf(error)}`));
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') seen.push(warning.message);
  });
  return {
    check() {
      if (seen.length > 0) throw new Error(seen.splice(0).join('; '));
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error || (error as Error | undefined)?.message !== undefined
    ? (error as Error).message
    : String(error);
}
