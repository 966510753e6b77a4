import type { PolicyOptions } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { families } from './families.js';
import { play } from './play.js';
import type { Shape } from './shape.js';

// The judge must notice harm of each kind. The policies here are made to do it.

async function broken(shape: Omit<Shape, 'name'>, policy: PolicyOptions): Promise<string[]> {
  const { findings } = await play({ name: 'test', ...shape }, policy, [1]);
  return findings.filter(({ holds }) => !holds).map(({ rule }) => rule);
}

const client = { traffic: { kind: 'jittered', perSecond: 100 }, timeoutMs: 1_000 } as const;
const phases = (trouble: object) => [
  { name: 'before', ms: 2_000 },
  { name: 'trouble', ms: 10_000, servers: { server: trouble } },
  { name: 'after', ms: 30_000 },
];
const partial = { faults: [{ kind: 'status', status: 503, share: 0.3 }] };

test('a breaker that opens in a partial failure answers fewer calls than no library, and than retries alone', async () => {
  const shape = { scenario: { clients: { client }, phases: phases(partial) }, loadIndependent: true };
  expect(await broken(shape, { breaker: { consecutiveFailures: 2, consecutiveForMs: 0, openMs: 5_000 } })).toEqual([
    'rest: mean gain on no library',
    'rest: worst gain on no library',
    'trouble: mean gain on no library',
    'trouble: worst gain on no library',
    'trouble: mean gain on retries alone',
  ]);
  expect(await broken(shape, { breaker: false, limit: false })).toEqual([]);
});

test('a circuit that stays open is no recovery', async () => {
  const total = { lengthMs: 10_000, latencyMs: 10 };
  const shape = {
    scenario: { clients: { client }, phases: phases({ reach: 'refused' }) },
    total,
    recovery: { graceMs: 10_000 },
  };
  expect(await broken(shape, { breaker: { openMs: 30_000, openFactor: 1 } })).toContain('recovered: least share');
  expect(await broken(shape, { breaker: false, limit: false })).toEqual([]);
});

test('a limit that delays or refuses calls of a healthy server changes calls although nothing is wrong', async () => {
  const burst = { traffic: { kind: 'burst', size: 20, everyMs: 1_000 }, timeoutMs: 1_000 } as const;
  const shape = { scenario: { clients: { client: burst }, phases: [{ name: 'before', ms: 5_000 }] }, calm: true };
  expect(await broken(shape, { limit: { kind: 'fixed', concurrency: 10 } })).toEqual(['calls changed']);
  expect(await broken(shape, { limit: { kind: 'fixed', concurrency: 20 } })).toEqual([]);
});

test('bystanders are judged by themselves', async () => {
  const mix = [
    { share: 0.1, route: 'good' },
    { share: 0.9, route: 'bad' },
  ];
  const shape = {
    scenario: {
      clients: { client: { ...client, mix } },
      phases: phases({ faults: [{ kind: 'hang', share: 1, route: 'bad' }] }),
    },
    bystanders: ({ route }: { route: string | undefined }) => route === 'good',
  };
  expect(await broken(shape, { limit: { kind: 'fixed', concurrency: 50, queue: 0 } })).toContain(
    'bystanders: mean gain on no library',
  );
});

test('slots that are held for ever leave a key stuck with a closed circuit', async () => {
  const shape = {
    scenario: { clients: { client: { ...client, timeoutMs: undefined } }, phases: phases({ reach: 'silent' }) },
  };
  const policy: PolicyOptions = { breaker: false, limit: { kind: 'fixed', concurrency: 5, queue: 0 } };
  expect(await broken(shape, policy)).toContain('stuck with a closed circuit (ms)');
});

test('goodput, attempts and the time to come back have bounds', async () => {
  const shape = {
    scenario: { clients: { client }, phases: phases({ reach: 'refused' }) },
    total: { lengthMs: 10_000, latencyMs: 10 },
    goodput: { possible: 1_000, atLeast: 0.5 },
    mostAttempts: 900,
    recovery: { graceMs: 10_000, backWithinMs: 500 },
  };
  expect(await broken(shape, { breaker: { openMs: 5_000, openFactor: 1 }, retry: false })).toEqual([
    'rest: mean gain on no library',
    'rest: worst gain on no library',
    'back after (ms)',
    'goodput: share of the possible',
  ]);
  expect(await broken(shape, { breaker: false, limit: false, retry: false })).toEqual([
    'goodput: share of the possible',
    'attempts',
  ]);
});

test('a family has a shape for each combination, and draws others from the whole ranges', () => {
  const [first] = families;
  const shapes = first?.shapes() ?? [];
  expect(shapes).toHaveLength(3 * 2 * 4 * 3 * 2);
  expect(new Set(shapes.map(({ name }) => name)).size).toBe(shapes.length);
});
