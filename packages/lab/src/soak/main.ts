import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import logUpdate from 'log-update';
import { readArguments } from './arguments.js';
import type { Outcome } from './figures.js';
import { breachesOf } from './judge.js';
import { breachLines, table } from './report.js';
import { type Progress, runCallers } from './run-callers.js';

const { calls, clients, seed, json } = readArguments(process.argv.slice(2));
// The processes that were started are killed with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));

const outcomes: Outcome[] = [];
for (const client of clients) {
  outcomes.push(await runCallers({ client, calls, seed }, (progress) => show(client, progress)));
  if (process.stderr.isTTY) logUpdate.clear();
}
const breaches = breachLines(outcomes);
console.log(`${table(outcomes)}\n`);
console.log(breaches.length === 0 ? `Nothing was left behind (seed ${seed}).` : `Breaches (seed ${seed}):`);
for (const breach of breaches) console.log(`- ${breach}`);
if (json !== undefined) {
  const judged = outcomes.map((outcome) => ({ ...outcome, breaches: breachesOf(outcome) }));
  // npm changes into the package before it runs a script: the path is meant from where it was called.
  writeFileSync(
    resolve(process.env.INIT_CWD ?? '', json),
    `${JSON.stringify({ calls, seed, outcomes: judged }, null, 2)}\n`,
  );
}
process.exitCode = breaches.length === 0 ? 0 : 1;

function show(client: string, { began, heapBytes, breaches }: Progress): void {
  if (!process.stderr.isTTY) return;
  const share = Math.min(100, Math.floor((began / calls) * 100));
  logUpdate(
    `${client}: ${share} % of ${calls.toLocaleString('en')} calls, heap ${(heapBytes / 2 ** 20).toFixed(1)} MB, breaches ${breaches}`,
  );
}
