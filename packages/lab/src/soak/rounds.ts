import { seededRandom } from '@breakwater/core/testing';
import type { SoakClient } from './client.js';
import type { Ledger } from './ledger.js';
import { everyday, type Scenario } from './mix.js';
import { phases } from './phases.js';
import { heldBy, type Policies } from './policies.js';
import { activeResources, moreThan, type Resources } from './resources.js';
import { newScene, type Scene } from './scene.js';
import type { Sample } from './trend.js';
import type { UpstreamHandle } from './upstream-handle.js';
import { stays } from './waiting.js';

export interface RoundsInput {
  readonly calls: number;
  readonly seed: number;
  readonly client: SoakClient;
  readonly policies: Policies;
  readonly ledger: Ledger;
  readonly upstream: UpstreamHandle;
  onRound(heapBytes: number): void;
}

const WORKERS = 48;
const CALLS_PER_ROUND = 100;
const MAX_ROUNDS = 120;
/** Number of scenarios that abort in a phase of its own. */
const PHASES_SHARE = 0.15;

/**
 * Makes the calls in rounds. After each, when no call is under way, all that calls hold must have been given back:
 * places, sockets, timers. Gives the size of the heap after each.
 */
export async function runRounds(input: RoundsInput): Promise<readonly Sample[]> {
  const { calls, ledger, upstream } = input;
  const rounds = Math.max(1, Math.min(MAX_ROUNDS, Math.floor(calls / CALLS_PER_ROUND)));
  const before = activeResources();
  const heap: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await runRound(input, Math.round((calls * round) / rounds), round);
    upstream.forget();
    await checkAtRest(input, before);
    const heapBytes = heapInUse();
    heap.push({ calls: ledger.began, value: heapBytes });
    input.onRound(heapBytes);
  }
  return heap;
}

async function runRound(input: RoundsInput, untilBegan: number, round: number): Promise<void> {
  const { ledger, seed } = input;
  const worker = async (number: number): Promise<void> => {
    const random = seededRandom(seed * 1_000_003 + round * 1_009 + number);
    const scene = newScene(`${round}-${number}`, input.upstream.ports, random, input);
    while (ledger.began < untilBegan) await attemptScenario(scene);
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));
}

async function attemptScenario(scene: Scene): Promise<void> {
  try {
    await choose(scene)(scene);
  } catch (error) {
    scene.ledger.breach(`a scenario failed: ${(error as Error).stack}`);
  }
}

const inPhases = Object.values(phases);
const totalWeight = everyday.reduce((sum, [weight]) => sum + weight, 0);

function choose({ random, pick }: Scene): Scenario {
  if (random() < PHASES_SHARE) return pick(inPhases);
  let at = random() * totalWeight;
  const found = everyday.find(([weight]) => {
    at -= weight;
    return at < 0;
  });
  return (found ?? (everyday[0] as (typeof everyday)[number]))[1];
}

async function checkAtRest({ client, policies, ledger, upstream }: RoundsInput, before: Resources): Promise<void> {
  for (const policy of Object.values(policies)) for (const held of heldBy(policy)) ledger.breach(held);
  const check = async (what: string, left: () => Promise<string> | string): Promise<void> => {
    const rest = await stays(left);
    if (rest !== '') ledger.breach(`${what}: ${rest}`);
  };
  await check('sockets in use though no call is under way', () => client.busy().join(', '));
  client.closeIdle();
  await check('connections that the server still has', async () => {
    const { connections } = await upstream.count();
    return connections === 0 ? '' : String(connections);
  });
  await check('resources beyond those before the first call', () => moreThan(before, activeResources()).join(', '));
}

function heapInUse(): number {
  // Objects that the first collection frees may have finalizers that release more.
  for (let pass = 0; pass < 2; pass += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
