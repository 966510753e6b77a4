// Makes very many calls in search of leaks: npm run soak
import logUpdate from 'log-update';
import { writeOutputFile } from '../harness/output-file.js';
import { runProgram } from '../harness/program.js';
import { readArguments } from './arguments.js';
import type { Outcome } from './figures.js';
import { breachesOf } from './judge.js';
import { breachLines, table } from './report.js';
import { type Progress, runCallers } from './run-callers.js';

await runProgram(readArguments, async ({ calls, clients, seed, json }, interrupt) => {
  // The processes that were started are killed with this one.
  interrupt.signal.addEventListener('abort', () => process.exit(interrupt.exitCode()));
  const outcomes: Outcome[] = [];
  for (const client of clients) {
    outcomes.push(await runCallers({ client, calls, seed }, (progress) => show(client, calls, progress)));
    if (process.stderr.isTTY) logUpdate.clear();
  }
  const breaches = breachLines(outcomes);
  console.log(`${table(outcomes)}\n`);
  console.log(breaches.length === 0 ? `Nothing was left behind (seed ${seed}).` : `Breaches (seed ${seed}):`);
  for (const breach of breaches) console.log(`- ${breach}`);
  if (json !== undefined) {
    const judged = outcomes.map((outcome) => ({ ...outcome, breaches: breachesOf(outcome) }));
    writeOutputFile(json, `${JSON.stringify({ calls, seed, outcomes: judged }, null, 2)}\n`);
  }
  return breaches.length === 0 ? 0 : 1;
});

function show(client: string, calls: number, { began, heapBytes, breaches }: Progress): void {
  if (!process.stderr.isTTY) return;
  const share = Math.min(100, Math.floor((began / calls) * 100));
  logUpdate(
    `${client}: ${share} % of ${calls.toLocaleString('en')} calls, heap ${(heapBytes / 2 ** 20).toFixed(1)} MB, breaches ${breaches}`,
  );
}
