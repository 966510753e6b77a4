import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, runChild } from './child.js';
import type { Client, Format } from './plan.js';
import { REPORT_MARK, type SuiteReport } from './suite/report.js';

/** Far above what a suite takes: one that does not end has left something behind. */
const LONGEST_MS = 90_000;

/** Runs the suite of a client in a process of its own. */
export async function runSuite(
  program: string,
  directory: string,
  client: Client,
  format: Format,
): Promise<SuiteReport> {
  const script = `${client}.${format === 'ESM' ? 'mjs' : 'cjs'}`;
  return reportIn(await runChild(program, [script], { cwd: directory, longestMs: LONGEST_MS }));
}

/** Loads every entry point of every package. */
export async function runPackages(program: string, directory: string): Promise<SuiteReport> {
  const names = readdirSync(join(directory, 'node_modules/@breakwater')).map((name) => `@breakwater/${name}`);
  return reportIn(await runChild(program, ['entries.mjs', ...names], { cwd: directory, longestMs: LONGEST_MS }));
}

/** Reads a suite's report, and adds one behaviour: that its process ends by itself. */
export function reportIn({ code, tooLong, stdout, stderr }: Ended): SuiteReport {
  const line = stdout
    .split('\n')
    .filter((text) => text.startsWith(REPORT_MARK))
    .at(-1);
  if (line === undefined) {
    const message = tooLong ? `nothing after ${LONGEST_MS / 1_000} s` : lastLines(stderr) || `it ended with ${code}`;
    return { node: '', shown: [], failed: [{ name: 'the suite runs', message }], lacking: [] };
  }
  const report = JSON.parse(line.slice(REPORT_MARK.length)) as SuiteReport;
  const name = 'the process ends by itself';
  if (code === 0) return { ...report, shown: [...report.shown, name] };
  const message = tooLong ? 'something keeps it alive' : `it ended with ${code}: ${lastLines(stderr)}`;
  return { ...report, failed: [...report.failed, { name, message }] };
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n');
}
