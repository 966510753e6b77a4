// The callers' process: makes all calls of one client, tells what came of them, and must end by itself then.
import { seededRandom } from '@breakwater/core/testing';
import { checkEveryKey } from './afterwards.js';
import { axiosClient } from './axios-client.js';
import type { ClientName, MakeClient } from './client.js';
import type { FromCallers, Run } from './figures.js';
import { gotClient } from './got-client.js';
import { openLedger } from './ledger.js';
import { createPolicies } from './policies.js';
import { activeResources, moreThan } from './resources.js';
import { runRounds } from './rounds.js';
import { startUpstreamProcess } from './upstream-handle.js';
import { stays } from './waiting.js';

const makers: Readonly<Record<ClientName, MakeClient>> = { axios: axiosClient, got: gotClient };

/** An idle process is gone within milliseconds. */
const SHOULD_BE_GONE_MS = 3_000;
/** The longest limit of any call is a fraction of this, and so is a rest between two rounds. */
const STUCK_MS = 60_000;

if (process.send === undefined) throw new Error('this file is started by the soak');
const run = JSON.parse(process.argv[2] ?? '') as Run;
// If the parent process has gone, there is nothing left to do. The channel alone keeps nothing alive.
process.once('disconnect', () => process.exit());
process.channel?.unref();

const atFirst = activeResources();
const random = seededRandom(run.seed);
const policies = createPolicies(random);
const client = makers[run.client](policies, random);
const ledger = openLedger(client, Object.values(policies));
process.on('warning', ({ name, message }) => ledger.breach(`a warning: ${name}: ${message}`));
process.on('unhandledRejection', (reason) => ledger.breach(`an unhandled rejection: ${stackOf(reason)}`));
process.on('uncaughtException', (error) => ledger.breach(`an uncaught exception: ${stackOf(error)}`));

let settledBefore = -1;
const watchdog = setInterval(() => {
  if (ledger.settled === settledBefore) giveUp();
  settledBefore = ledger.settled;
}, STUCK_MS).unref();

const upstream = await startUpstreamProcess();
const startedMs = performance.now();
const heap = await runRounds({
  ...{ client, policies, ledger, upstream, calls: run.calls, seed: run.seed },
  onRound: (heapBytes) => tell({ kind: 'progress', began: ledger.began, heapBytes, breaches: ledger.breaches.length }),
});
const elapsedMs = performance.now() - startedMs;
clearInterval(watchdog);
await checkEveryKey(policies, ledger);
for (const policy of Object.values(policies)) policy.close();
const { requests } = await upstream.count();
await upstream.end();

const left = await stays(() => moreThan(atFirst, activeResources()).join(', '));
if (left !== '') ledger.breach(`resources beyond those at the start: ${left}`);
tell({ kind: 'done', figures: { ...counts(), heap, requests, elapsedMs } });
setTimeout(() => tell({ kind: 'hangs', resources: process.getActiveResourcesInfo() }), SHOULD_BE_GONE_MS).unref();

/** Calls that never end would keep the run from ending too. */
function giveUp(): void {
  const examples = ledger.underWay().slice(0, 3).join('; ');
  ledger.breach(`no call has ended for ${STUCK_MS / 1_000} s; under way: ${examples}`);
  const figures = { ...counts(), heap: [], requests: 0, elapsedMs: performance.now() - startedMs };
  tell({ kind: 'done', figures }, () => process.exit(1));
}

function counts() {
  const { began, settled, attempts, endings, stops, aborts, breaches } = ledger;
  return { client: run.client, began, settled, attempts, endings, stops, aborts, breaches };
}

function tell(message: FromCallers, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
