import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../testing/random.js';
import {
  type BackoffFunction,
  type BackoffInput,
  type BackoffKind,
  type BackoffSettings,
  backoffDelay,
  backoffRange,
  defaultBackoff,
  resolveBackoff,
} from './backoff.js';

const LONGEST_MS = 2 ** 31 - 1;
const ALMOST_ONE = 1 - Number.EPSILON / 2;

function input(retry: number, overrides: Partial<BackoffInput> = {}): BackoffInput {
  return { retry, previousMs: undefined, throttled: false, random: () => 0.5, ...overrides };
}

function delays(backoff: BackoffSettings, retries: number, random = () => 0.5, throttled = false): number[] {
  const waited: number[] = [];
  for (let retry = 1; retry <= retries; retry += 1) {
    waited.push(backoffDelay(backoff, { retry, previousMs: waited.at(-1), throttled, random }));
  }
  return waited;
}

const kinds = fc.constantFrom<BackoffKind>('exponential', 'linear', 'constant', 'decorrelated');
const retries = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(5_000, 1e9, Number.MAX_SAFE_INTEGER));
const draws = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, 0.999_999, ALMOST_ONE),
);
const durations = fc.oneof(
  fc.nat(100_000),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.constantFrom(0, 0.3, 2 ** 31),
);
const settings: fc.Arbitrary<BackoffSettings> = fc.record(
  {
    kind: kinds,
    baseMs: durations,
    throttledBaseMs: durations,
    factor: fc.oneof(fc.double({ min: 1, max: 10, noNaN: true }), fc.constant(1e300)),
    maxMs: fc.oneof(durations, fc.constant(Number.POSITIVE_INFINITY)),
    jitter: fc.oneof(fc.constantFrom('none' as const, 'full' as const, 'equal' as const), fc.constantFrom(0, 0.25, 1)),
  },
  { requiredKeys: [] },
);

describe('backoffDelay', () => {
  it.each<[BackoffSettings, boolean, number[]]>([
    [{ kind: 'exponential', jitter: 'none' }, false, [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000]],
    [{ kind: 'exponential', jitter: 'none' }, true, [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]],
    [{ kind: 'exponential', jitter: 'none', factor: 3, maxMs: 2_000 }, false, [100, 300, 900, 2_000, 2_000]],
    [{ kind: 'exponential', jitter: 'none', factor: 1 }, false, [100, 100, 100]],
    [{ kind: 'linear', jitter: 'none', maxMs: 350 }, false, [100, 200, 300, 350, 350]],
    [{ kind: 'linear', jitter: 'none' }, true, [1_000, 2_000, 3_000]],
    [{ kind: 'constant', jitter: 'none' }, false, [100, 100, 100]],
    [{ kind: 'constant', jitter: 'none' }, true, [1_000, 1_000, 1_000]],
    [{ kind: 'constant', jitter: 'none', baseMs: 30_000 }, false, [20_000, 20_000]],
  ])('follows the curve of %j, throttled: %p', (backoff, throttled, expected) => {
    expect(delays(backoff, expected.length, () => 0.5, throttled)).toEqual(expected);
  });

  it.each<[BackoffSettings['jitter'], number, number]>([
    ['full', 0, 0],
    ['full', 0.75, 15_000],
    ['equal', 0, 10_000],
    ['equal', 0.75, 17_500],
    [0.25, 0, 15_000],
    [0.25, 0.75, 22_500],
  ])('jitters after the cap: %p with a draw of %d makes %d of 20000', (jitter, draw, expected) => {
    expect(backoffDelay({ jitter }, input(12, { random: () => draw }))).toBe(expected);
  });

  it('hardly ever waits exactly as long as the cap, so that clients do not line up there', () => {
    const random = seededRandom(1);
    const waits = Array.from({ length: 10_000 }, () =>
      backoffDelay({ baseMs: 1_000, maxMs: 30_000 }, input(9, { random })),
    );
    expect(waits.filter((ms) => ms === 30_000).length).toBeLessThan(10);
  });

  it('never starts lower because it is throttled', () => {
    const backoff: BackoffSettings = { jitter: 'none', baseMs: 5_000, throttledBaseMs: 50 };
    expect(delays(backoff, 2, () => 0.5, true)).toEqual(delays(backoff, 2));
  });

  it.each([
    [0, [100, 100, 100, 100]],
    [0.5, [200, 350, 575, 913, 1_420, 2_180]],
    [ALMOST_ONE, [300, 900, 2_700, 8_100, 20_000, 20_000]],
  ])('decorrelates between the base and three times the delay before, with draws of %d', (draw, expected) => {
    expect(delays({ kind: 'decorrelated', jitter: 'none' }, expected.length, () => draw)).toEqual(expected);
    expect(delays({ kind: 'decorrelated', jitter: 'full' }, expected.length, () => draw)).toEqual(expected);
  });

  it('decorrelates from the throttled base upwards, however short the delay before was', () => {
    const first = backoffDelay({ kind: 'decorrelated' }, input(1, { throttled: true }));
    const afterShort = backoffDelay({ kind: 'decorrelated' }, input(2, { throttled: true, previousMs: 100 }));
    expect([first, afterShort]).toEqual([2_000, 1_000]);
  });

  it('draws at most once per delay', () => {
    fc.assert(
      fc.property(settings, retries, (backoff, retry) => {
        const random = jest.fn(() => 0.5);
        backoffDelay(backoff, input(retry, { random }));
        expect(random.mock.calls.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is a whole number that a timer can take, for any options, retry number and draw', () => {
    fc.assert(
      fc.property(
        settings,
        retries,
        fc.option(durations, { nil: undefined }),
        fc.boolean(),
        draws,
        (backoff, retry, previousMs, throttled, draw) => {
          const delayMs = backoffDelay(backoff, { retry, previousMs, throttled, random: () => draw });
          expect(Number.isInteger(delayMs)).toBe(true);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(LONGEST_MS);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('uses the default for undefined', () => {
    const nothing = {
      kind: undefined,
      baseMs: undefined,
      throttledBaseMs: undefined,
      factor: undefined,
      maxMs: undefined,
      jitter: undefined,
    };
    for (let retry = 1; retry <= 12; retry += 1) {
      expect(backoffDelay(nothing, input(retry))).toBe(backoffDelay(defaultBackoff, input(retry)));
      expect(backoffDelay({}, input(retry))).toBe(backoffDelay(defaultBackoff, input(retry)));
    }
  });

  it('accepts zeros', () => {
    expect(delays({ baseMs: 0, jitter: 'none' }, 3)).toEqual([0, 0, 0]);
    expect(backoffDelay({ baseMs: 0, jitter: 'none' }, input(5_000))).toBe(0);
    expect(delays({ maxMs: 0, jitter: 'none' }, 3)).toEqual([0, 0, 0]);
    expect(delays({ jitter: 0 }, 3)).toEqual([100, 200, 400]);
  });

  it.each([
    [0, 0],
    [-0, 0],
    [-1, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [12.4, 12],
    [12.5, 13],
    [50_000, 50_000],
    [LONGEST_MS, LONGEST_MS],
    [2 ** 31, LONGEST_MS],
    [Number.MAX_VALUE, LONGEST_MS],
    [Number.POSITIVE_INFINITY, LONGEST_MS],
  ])('makes of a function that gives %d a delay of %d', (given, expected) => {
    expect(backoffDelay(() => given, input(3))).toBe(expected);
  });

  it.each([Number.NaN, '250', 'soon', undefined, null, true, {}, 5n, Promise.resolve(5)])(
    'falls back to the default backoff if a function gives %p',
    (given) => {
      const faulty = (() => given) as unknown as BackoffFunction;
      expect(backoffDelay(faulty, input(3))).toBe(backoffDelay(defaultBackoff, input(3)));
      expect(backoffDelay(faulty, input(3))).toBe(200);
    },
  );

  it('passes a function its whole input', () => {
    const given = input(4, { previousMs: 70, throttled: true });
    const seen: BackoffInput[] = [];
    backoffDelay((received) => seen.push(received), given);
    expect(seen).toEqual([given]);
  });

  it('lets the error of a function through', () => {
    const faulty = () => {
      throw new Error('no idea');
    };
    expect(() => backoffDelay(faulty, input(1))).toThrow('no idea');
  });
});

describe('backoffRange', () => {
  it.each<[BackoffSettings, number, boolean, number, number | undefined, number]>([
    [{}, 1, false, 0, 50, 100],
    [{}, 1, true, 0, 500, 1_000],
    [{}, 5_000, false, 0, 10_000, 20_000],
    [{ jitter: 'none' }, 3, false, 400, 400, 400],
    [{ jitter: 'equal' }, 3, false, 200, 300, 400],
    [{ jitter: 0.25, maxMs: 1_000 }, 9, false, 750, 1_000, 1_250],
    [{ baseMs: 25 }, 1, false, 0, 12.5, 25],
    [{ kind: 'linear' }, 3, false, 0, 150, 300],
    [{ kind: 'constant' }, 7, true, 0, 500, 1_000],
    [{ kind: 'decorrelated' }, 1, false, 100, 200, 300],
    [{ kind: 'decorrelated' }, 4, false, 100, 912.5, 8_100],
    [{ kind: 'decorrelated' }, 5, false, 100, undefined, 20_000],
    [{ kind: 'decorrelated' }, 1e9, false, 100, undefined, 20_000],
    [{ kind: 'decorrelated', baseMs: 0 }, 1e9, false, 0, 0, 0],
    [{ kind: 'decorrelated', baseMs: 30_000 }, 1, false, 20_000, 20_000, 20_000],
    [{ kind: 'decorrelated', baseMs: 20_000 }, 3, false, 20_000, 20_000, 20_000],
    [{ kind: 'decorrelated', maxMs: 300 }, 1, false, 100, 200, 300],
    [{ kind: 'decorrelated', maxMs: 299 }, 1, false, 100, undefined, 299],
    [{ kind: 'decorrelated' }, 2, true, 1_000, 3_500, 9_000],
  ])(
    'of %j before retry %d, throttled: %p, goes from %d by %p to %d',
    (backoff, retry, throttled, minMs, meanMs, maxMs) => {
      expect(backoffRange(backoff, retry, throttled)).toEqual({ minMs, meanMs, maxMs });
    },
  );

  it('is unknown for a function', () => {
    expect(backoffRange(() => 5, 1, false)).toBeUndefined();
  });

  it('holds every delay', () => {
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.array(draws, { minLength: 1 }),
        (backoff, retry, throttled, values) => {
          let drawn = 0;
          const random = () => values[drawn++ % values.length] ?? 0;
          const delayMs = delays(backoff, retry, random, throttled).at(-1);
          const range = backoffRange(backoff, retry, throttled);
          expect(delayMs).toBeGreaterThanOrEqual(range?.minMs ?? Number.NaN);
          expect(delayMs).toBeLessThanOrEqual(range?.maxMs ?? Number.NaN);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is no wider than the delays', () => {
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 30 }), fc.boolean(), (backoff, retry, throttled) => {
        const least = delays(backoff, retry, () => 0, throttled).at(-1);
        const most = delays(backoff, retry, () => 1, throttled).at(-1);
        const range = backoffRange(backoff, retry, throttled);
        expect([range?.minMs, range?.maxMs]).toEqual([least, most]);
      }),
      { numRuns: 2_000 },
    );
  });
});

it('draws decorrelated delays below the cap, so that clients do not line up at it', () => {
  const options = { kind: 'decorrelated', baseMs: 100, maxMs: 20_000 } as const;
  const delayMs = backoffDelay(options, input(9, { previousMs: 19_000, random: () => 0.5 }));
  expect(delayMs).toBe((100 + 20_000) / 2);
});

describe('defaultBackoff', () => {
  it('is the documented one, and frozen', () => {
    expect(defaultBackoff).toEqual({
      kind: 'exponential',
      baseMs: 100,
      throttledBaseMs: 1_000,
      factor: 2,
      maxMs: 20_000,
      jitter: 'full',
    });
    expect(Object.isFrozen(defaultBackoff)).toBe(true);
  });
});

describe('resolveBackoff', () => {
  it('keeps what is given and fills the rest', () => {
    expect(resolveBackoff({ kind: 'linear', factor: undefined, jitter: 0 })).toEqual({
      ...defaultBackoff,
      kind: 'linear',
      jitter: 0,
    });
  });
});
