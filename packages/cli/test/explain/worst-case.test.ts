import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { waitsOf } from '../../src/explain/waits.js';
import { type WorstCase, worstCaseOf } from '../../src/explain/worst-case.js';

function worst(options: PolicyOptions): WorstCase {
  const { settings } = createPolicy(options);
  return worstCaseOf(settings, waitsOf(settings));
}

const steady = { kind: 'constant', baseMs: 100, throttledBaseMs: 200, jitter: 'none' } as const;
const retry = { maxRetries: 3, backoff: steady } as const;
const unasked = { ...retry, respectRetryAfter: false } as const;
const forEver = Number.POSITIVE_INFINITY;

test.each<[string, PolicyOptions, WorstCase]>([
  ['by default', {}, { attempts: 4, backoffMs: 700, throttledMs: 7_000, askedMs: 30_000, callMs: null }],
  [
    'no retries: a cool-down alone may hold a call',
    { retry: false },
    { attempts: 1, backoffMs: 0, throttledMs: 0, askedMs: 30_000, callMs: null },
  ],
  [
    'no retries and no cool-down',
    { retry: false, coolDown: false },
    { attempts: 1, backoffMs: 0, throttledMs: 0, askedMs: 0, callMs: null },
  ],
  [
    'hints not obeyed',
    { retry: unasked },
    { attempts: 4, backoffMs: 300, throttledMs: 600, askedMs: 600, callMs: null },
  ],
  [
    'no bound',
    { retry: { ...retry, maxElapsedMs: forEver } },
    { attempts: 4, backoffMs: 300, throttledMs: 600, askedMs: null, callMs: null },
  ],
  [
    'a deadline',
    { retry, timeouts: { totalMs: 5_000 } },
    { attempts: 4, backoffMs: 300, throttledMs: 600, askedMs: 5_000, callMs: 5_000 },
  ],
  [
    'a time limit per attempt: the last may begin as late as maxElapsedMs says',
    { retry, timeouts: { attemptMs: 2_000 } },
    { attempts: 4, backoffMs: 300, throttledMs: 600, askedMs: 30_000, callMs: 32_000 },
  ],
  [
    'the same, and nothing else to wait for',
    { retry: unasked, limit: false, timeouts: { attemptMs: 2_000 } },
    { attempts: 4, backoffMs: 300, throttledMs: 600, askedMs: 600, callMs: 8_600 },
  ],
  [
    'retries for which there is never time',
    { retry: { ...unasked, maxElapsedMs: 150 } },
    { attempts: 2, backoffMs: 150, throttledMs: 150, askedMs: 150, callMs: null },
  ],
  [
    'a function',
    { retry: { backoff: () => 1, maxElapsedMs: forEver } },
    { attempts: 4, backoffMs: null, throttledMs: null, askedMs: null, callMs: null },
  ],
  [
    'more retries than are shown',
    { retry: { ...retry, maxRetries: 50 } },
    { attempts: 51, backoffMs: 5_000, throttledMs: 10_000, askedMs: 30_000, callMs: null },
  ],
])('%s', (_, options, expected) => {
  expect(worst(options)).toEqual(expected);
});
