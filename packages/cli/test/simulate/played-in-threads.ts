// Plays tasks in one thread and in two, and prints both results and the number of threads: run by players.test.ts.
import { rivals, type Scenario } from '@breakwater/simulator';
import type { PlayTask } from '../../src/simulate/threads/play-task.js';
import { openPlayers } from '../../src/simulate/threads/players.js';

let threads = 0;
process.on('worker', () => {
  threads += 1;
});

const scenario = {
  clients: { client: { traffic: { kind: 'poisson', perSecond: 50 }, timeoutMs: 1_000 } },
  phases: [{ name: 'all', ms: 1_000, servers: { server: { faults: [{ kind: 'status', status: 503, share: 0.3 }] } } }],
} as const;
const withOwnPolicy: Scenario = {
  ...scenario,
  clients: { client: { ...scenario.clients.client, policy: { retry: { shouldRetry: () => false } } } },
};
const tasks: PlayTask[] = [
  { scenario, policy: {}, seed: 1 },
  { scenario, policy: 'none', seed: 1 },
  { scenario, policy: rivals.got.policy, seed: 1 },
  // A function cannot be sent to a thread.
  { scenario, policy: { retry: { shouldRetry: () => false } }, seed: 1 },
  { scenario: withOwnPolicy, policy: {}, seed: 1 },
  { scenario, policy: { retry: { maxElapsedMs: Number.POSITIVE_INFINITY } }, seed: 2 },
];

async function playedWith(cores: number) {
  const begun = new Set<number>();
  const players = openPlayers(cores);
  const outcomes = await players.play(tasks, (index) => begun.add(index));
  await players.close();
  return { outcomes, begun: begun.size };
}

const one = await playedWith(1);
const threadsOfOne = threads;
const two = await playedWith(2);
console.log(JSON.stringify({ one, two, threadsOfOne, threadsOfTwo: threads - threadsOfOne }));
