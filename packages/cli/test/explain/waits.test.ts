import { type BackoffSettings, createPolicy, type PolicyOptions } from '@breakwater/core';
import { backoffDelay } from '@breakwater/core/algorithms';
import { describe, expect, it, test } from '@jest/globals';
import { type Wait, waitsOf } from '../../src/explain/waits.js';

function waits(options: PolicyOptions) {
  return waitsOf(createPolicy(options).settings);
}

function ordinary(backoff: BackoffSettings, maxRetries = 3): readonly Wait[] {
  return waits({ retry: { maxRetries, backoff } }).map((row) => row.ordinary);
}

const exact = (minMs: number, meanMs: number, maxMs: number): Wait => ({
  minMs,
  meanMs,
  maxMs,
  meanBy: 'formula',
  share: 1,
});

describe('by formula', () => {
  test.each<[string, BackoffSettings, readonly Wait[]]>([
    [
      'full: from nothing to the delay',
      { jitter: 'full' },
      [exact(0, 50, 100), exact(0, 100, 200), exact(0, 200, 400)],
    ],
    ['equal: from half of it', { jitter: 'equal' }, [exact(50, 75, 100), exact(100, 150, 200), exact(200, 300, 400)]],
    ['a share to both sides', { jitter: 0.25 }, [exact(75, 100, 125), exact(150, 200, 250), exact(300, 400, 500)]],
    ['none', { jitter: 'none' }, [exact(100, 100, 100), exact(200, 200, 200), exact(400, 400, 400)]],
    ['linear', { kind: 'linear', jitter: 'none' }, [exact(100, 100, 100), exact(200, 200, 200), exact(300, 300, 300)]],
    [
      'constant',
      { kind: 'constant', jitter: 'none' },
      [exact(100, 100, 100), exact(100, 100, 100), exact(100, 100, 100)],
    ],
    [
      'cut to maxMs, jitter after it',
      { maxMs: 150, jitter: 0.1 },
      [exact(90, 100, 110), exact(135, 150, 165), exact(135, 150, 165)],
    ],
    [
      'decorrelated, below its cap',
      { kind: 'decorrelated' },
      [exact(100, 200, 300), exact(100, 350, 900), exact(100, 575, 2_700)],
    ],
  ])('%s', (_, backoff, expected) => {
    expect(ordinary(backoff)).toEqual(expected);
  });

  it('starts from throttledBaseMs if the server throttles', () => {
    const [first, second] = waits({ retry: { backoff: { throttledBaseMs: 500, jitter: 'none' } } });
    expect([first?.ordinary.maxMs, first?.throttled.maxMs, second?.throttled.maxMs]).toEqual([100, 500, 1_000]);
  });
});

describe('by sample', () => {
  const capped = { kind: 'decorrelated', baseMs: 100, maxMs: 300 } as const;

  it('is that of a decorrelated wait at its cap, and is marked as such', () => {
    const [, , third] = ordinary(capped);
    expect(third).toMatchObject({ minMs: 100, maxMs: 300, meanBy: 'sample', share: 1 });
    // From the second retry on, uniform between 100 and 300: at the least 3 * 100 is the reach.
    expect(Math.abs((third?.meanMs ?? 0) - 200)).toBeLessThan(2);
  });

  it('is the same each time', () => {
    expect(ordinary(capped)).toEqual(ordinary(capped));
  });

  it('draws from the delays that a policy makes', () => {
    const share = { retry: { maxRetries: 1, maxElapsedMs: 25, backoff: { jitter: 'full' } } } as const;
    const [only] = waits(share);
    // Uniform on 0 to 100, and only what is at most 25 counts; whole milliseconds make it 25.5.
    expect(only?.ordinary).toMatchObject({ minMs: 0, maxMs: 25, meanBy: 'sample' });
    expect(Math.abs((only?.ordinary.share ?? 0) - 0.255)).toBeLessThan(0.01);
    expect(Math.abs((only?.ordinary.meanMs ?? 0) - 12.6)).toBeLessThan(0.4);
    expect(
      backoffDelay(share.retry.backoff, { retry: 1, previousMs: undefined, throttled: false, random: () => 0.25 }),
    ).toBe(25);
  });
});

describe('what there is time for', () => {
  const steady = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;
  const shares = (options: PolicyOptions) => waits(options).map((row) => row.ordinary.share);

  it('is a wait that ends with maxElapsedMs, and none that ends later', () => {
    expect(shares({ retry: { maxRetries: 3, backoff: steady, maxElapsedMs: 200 } })).toEqual([1, 1, 0]);
  });

  it('is no wait that ends with the deadline', () => {
    expect(shares({ retry: { maxRetries: 3, backoff: steady }, timeouts: { totalMs: 200 } })).toEqual([1, 0, 0]);
  });

  it('has no mean if there can be none', () => {
    const [, , last] = waits({ retry: { maxRetries: 3, backoff: steady, maxElapsedMs: 200 } });
    expect(last?.ordinary).toEqual({ minMs: 100, meanMs: null, maxMs: 100, meanBy: null, share: 0 });
  });

  it('gives a wait only the time that the shortest waits before it leave', () => {
    const [first, second] = waits({ retry: { maxRetries: 2, maxElapsedMs: 150, backoff: { jitter: 'equal' } } });
    expect([first?.ordinary.maxMs, second?.ordinary.maxMs]).toEqual([100, 100]);
  });
});

it('has no figures for a function, and does not call it', () => {
  const backoff = () => {
    throw new Error('called');
  };
  const unknown = { minMs: null, meanMs: null, maxMs: null, meanBy: null, share: null };
  expect(waits({ retry: { maxRetries: 1, backoff } })).toEqual([{ retry: 1, ordinary: unknown, throttled: unknown }]);
});

it('covers at most twenty retries, and none if there are none', () => {
  expect(waits({ retry: { maxRetries: 1_000 } })).toHaveLength(20);
  expect(waits({ retry: { maxRetries: 0 } })).toEqual([]);
  expect(waits({ retry: false })).toEqual([]);
});
