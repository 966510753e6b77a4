import { describe, expect, jest, test } from '@jest/globals';
import { families } from './families.js';
import { play } from './play.js';
import type { Shape } from './shape.js';

// A few shapes of each family, with two seeds. `npm run no-harm -w packages/simulator` plays all of them, with any seeds,
// and others with parameters drawn at random.

jest.setTimeout(60_000);

const SEEDS = [1, 2];

/** The families of which all shapes hold. The program shows how far the others are away from it. */
const HELD: ReadonlySet<string> = new Set([
  'hang-once',
  'hang-once-full',
  'share-hangs',
  'share-fails',
  'share-fails-random',
  'share-slow',
  'one-bad-host',
  'one-bad-route',
  'throttled-tenants',
  'noisy-tenant',
  'burst-with-a-hint',
  'rate-limited',
  'polls-and-503s',
  'long-calls',
  'impatient-with-room',
  'deploy',
  'flapping',
  'pauses-under-load',
  'dead-server',
  'outage-with-a-hint',
  'dead-for-an-hour',
  'user-rules',
  'rare-traffic',
  'overload',
  'brownout',
  'slow-recovery',
  'calm-mixed-latencies',
  'calm-long-beside-short',
  'calm-bursts',
  'calm-bursts-in-queue',
  'calm-latency-rises',
  'calm-pauses',
  'calm-reports',
  'calm-rush',
  'calm-cold-start',
  'calm-rare-calls',
]);

/** Spread over the family, since neighbours are alike. */
function some(shapes: readonly Shape[], count: number): Shape[] {
  const step = Math.max(1, shapes.length / count);
  return Array.from(
    { length: Math.min(count, shapes.length) },
    (_, index) => shapes[Math.floor((index + 0.5) * step)] as Shape,
  );
}

describe.each(families.filter(({ name }) => HELD.has(name)))('$name: $about', ({ shapes }) => {
  test.each(some(shapes(), 2))('$name', async (shape) => {
    const { findings } = await play(shape, {}, SEEDS);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  });
});

test('every family that must hold is one', () => {
  const names = families.map(({ name }) => name);
  expect([...HELD].filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
