import { describe, expect, jest, test } from '@jest/globals';
import { families } from './families.js';
import { play } from './play.js';
import type { Shape } from './shape.js';

// A few shapes of each family, with two seeds. `npm run no-harm -w packages/simulator` plays all of them, with any
// seeds, and others with parameters drawn at random.

jest.setTimeout(60_000);

const SEEDS = [1, 2];

/** The families of which all shapes hold. The program shows how far the others are away from it. */
const HELD: ReadonlySet<string> = new Set([
  'hang-once',
  'hang-once-full',
  'outage-of-patient-callers',
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
  'impatient-beside-patient',
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

/** Shapes of a family of which some do not hold, and of one of which two of eight would not be enough. */
const HELD_SHAPES: Readonly<Record<string, readonly string[]>> = {
  'impatient-beside-patient': ['rate 50, impatient 0.8, factor 4', 'rate 50, impatient 0.8, factor 12'],
  collapse: ['rate 40, spikeMs 7000', 'rate 50, spikeMs 5000'],
};

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

describe.each(Object.entries(HELD_SHAPES))('%s, in part', (family, names) => {
  test.each(names)('%s', async (name) => {
    const shapes = families.find((one) => one.name === family)?.shapes() ?? [];
    const { findings } = await play(shapes.find((shape) => shape.name === name) as Shape, {}, SEEDS);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  });
});

/** Families that must hold with a limit that finds out how much the server can take. The program shows the others. */
const HELD_WITH_LIMIT: ReadonlySet<string> = new Set([
  'slow-down',
  'slow-down-of-others',
  'hang-once',
  'share-hangs',
  'one-bad-host',
  'deploy',
  'calm-long-beside-short',
]);

describe.each(families.filter(({ name }) => HELD_WITH_LIMIT.has(name)))('with the adaptive limit: $name', (family) => {
  test.each(some(family.shapes(), 2))('$name', async (shape) => {
    const { findings } = await play(shape, { limit: { kind: 'adaptive' } }, SEEDS);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  });
});

test('every name in the list of families that must hold is a family', () => {
  const names = families.map(({ name }) => name);
  expect([...HELD, ...HELD_WITH_LIMIT].filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
