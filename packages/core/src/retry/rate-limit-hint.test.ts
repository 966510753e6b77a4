import { describe, expect, it } from '@jest/globals';
import { rateLimitHint } from './rate-limit-hint.js';

/** 27 November 2026. */
const NOW_MS = 1_795_737_600_000;

describe('rateLimitHint', () => {
  it.each<[number, Record<string, string>]>([
    [30_000, { ratelimit: '"default";r=0;t=30' }],
    [30_000, { ratelimit: '"default"; t=30; r=0' }],
    [90_000, { ratelimit: '"burst";r=0;t=3, "daily";r=0;t=90, "free";r=7;t=900' }],
    [50_000, { ratelimit: 'limit=100, remaining=0, reset=50' }],
    [50_000, { 'ratelimit-remaining': '0', 'ratelimit-reset': '50' }],
    [7_000, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' }],
    [1_500, { 'x-ratelimit-remaining': ' 0 ', 'x-ratelimit-reset': '1.5' }],
    [20_000, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1_000 + 20) }],
    [20_000, { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(NOW_MS / 1_000 + 20) }],
    [2_345, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS + 2_345) }],
    [0, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS - 1) }],
    [0, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1_000 - 100) }],
    [5_000, { ratelimit: 'nonsense', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' }],
  ])('returns %p ms for %j', (waitMs, headers) => {
    expect(rateLimitHint(headers, NOW_MS)).toBe(waitMs);
  });

  it.each<[Record<string, string>]>([
    [{}],
    [{ ratelimit: '"default";r=5;t=30' }],
    [{ ratelimit: '"default";r=0' }],
    [{ ratelimit: '"default";r=0;t=soon' }],
    [{ ratelimit: 'limit=100, remaining=1, reset=50' }],
    [{ ratelimit: `"default";r=0;t=30${' '.repeat(5_000)}` }],
    [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '5' }],
    [{ 'x-ratelimit-remaining': '0' }],
    [{ 'x-ratelimit-reset': '5' }],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '-5' }],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5s' }],
    [{ 'x-ratelimit-remaining': '', 'x-ratelimit-reset': '5' }],
  ])('returns undefined for %j', (headers) => {
    expect(rateLimitHint(headers, NOW_MS)).toBeUndefined();
  });
});
