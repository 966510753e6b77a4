import { createPolicy, type KeySnapshot, type PolicyOptions } from '@breakwater/core';
import { expect, it, test } from '@jest/globals';
import { judge } from './sentences.js';
import { duration } from './words.js';

const rates = {
  calls: 0,
  answered: 0,
  failed: 0,
  refused: 0,
  attempts: 0,
  wouldReject: 0,
  p50Ms: undefined,
  p95Ms: undefined,
};
const closed = {
  state: 'closed',
  generation: 0,
  sinceMs: undefined,
  opened: undefined,
  openRemainingMs: 0,
  counts: { calls: 0, failures: 0, slow: 0 },
  consecutiveFailures: 0,
  late: 0,
} as const;
const counts = { calls: 20, failures: 12, slow: 3 };

interface Case {
  readonly snapshot?: object;
  readonly rates?: object;
  readonly options?: PolicyOptions;
  readonly lastFailure?: string;
  readonly openedBy?: string;
}

function judged({ snapshot, rates: given, options, lastFailure, openedBy }: Case) {
  const { settings } = createPolicy({ limit: { kind: 'adaptive' }, ...options });
  const whole = {
    inFlight: 0,
    breaker: closed,
    budget: { available: 10 },
    limit: undefined,
    coolDown: undefined,
    ...snapshot,
  };
  return judge({
    snapshot: whole as unknown as KeySnapshot,
    settings,
    rates: { ...rates, ...given },
    atMs: 100_000,
    lastFailure,
    openedBy,
  });
}

const open = (why: string, openRemainingMs = 1_200, cause?: object) => ({
  breaker: { ...closed, state: 'open', openRemainingMs, opened: { why, counts, atMs: 95_000, cause } },
});

test.each<[string, Case, number, RegExp, RegExp]>([
  ['nothing is wrong', {}, 0, /^$/, /^$/],
  [
    'a run of failures opened the circuit',
    { snapshot: open('consecutive-failures'), lastFailure: 'ECONNREFUSED' },
    90,
    /^Calls are refused because the circuit is open: the last attempts failed without a break \(12 of 20 in the window, the last one with ECONNREFUSED\)\.$/,
    /^The next probe may go through in 1\.2 s\.$/,
  ],
  [
    'what opened it is known, and another failure came later',
    {
      snapshot: open('failure-rate', 1_200, { name: 'AxiosError', code: 'ERR_BAD_RESPONSE', status: 503 }),
      lastFailure: 'ECONNREFUSED',
    },
    90,
    /12 of 20 attempts failed \(60 %, the last one with 503 ERR_BAD_RESPONSE\)/,
    /probe/,
  ],
  [
    'what opened it has neither status nor code',
    { snapshot: open('failure-rate', 1_200, { name: 'TypeError' }) },
    90,
    /the last one with TypeError\)/,
    /probe/,
  ],
  ['a rate opened it', { snapshot: open('failure-rate') }, 90, /12 of 20 attempts failed \(60 %\)/, /probe/],
  ['slowness opened it', { snapshot: open('slow-call-rate') }, 90, /3 of 20 attempts were too slow/, /probe/],
  ['the fleet opened it', { snapshot: open('fleet') }, 90, /another instance saw the failures/, /probe/],
  [
    'its time is over',
    { snapshot: open('failure-rate', 0) },
    90,
    /open/,
    /^The open time is over: the next call is the probe\.$/,
  ],
  [
    'it is only observed',
    { snapshot: open('failure-rate'), options: { mode: 'observe' } },
    90,
    /^Calls would be refused because/,
    /probe/,
  ],
  [
    'it is half-open',
    { snapshot: { breaker: { ...closed, state: 'half-open' } } },
    80,
    /1 probe at a time may go through, all other calls are refused/,
    /closes after 1 success/,
  ],
  [
    'an operator opened it',
    { snapshot: { breaker: { ...closed, state: 'forced-open' } }, openedBy: 'alice' },
    100,
    /opened by hand \(alice\)\.$/,
    /until it is closed by hand/,
  ],
  [
    'the server asked to be left alone',
    { snapshot: { coolDown: { remainingMs: 30_000, waiting: 1 } } },
    70,
    /asked to be left alone.* 1 call waits\.$/,
    /ends in 30 s\.$/,
  ],
  [
    'the limit refuses',
    { snapshot: { limit: { inFlight: 4, waiting: 2, cap: 4.7 } }, rates: { refused: 3 } },
    60,
    /overloaded: the limit lets 4 attempts be in flight and refuses what is beyond\. 2 calls wait for a place\.$/,
    /grows/,
  ],
  [
    'the limit is awake and not reached',
    { snapshot: { limit: { inFlight: 1, waiting: 0, cap: 9 } } },
    40,
    /9 attempts/,
    /sleeps/,
  ],
  [
    'a fixed limit that is not reached is nothing',
    { snapshot: { limit: { inFlight: 1, waiting: 0, cap: 9 } }, options: { limit: { kind: 'fixed', concurrency: 9 } } },
    0,
    /^$/,
    /^$/,
  ],
  [
    'the budget is empty',
    { snapshot: { budget: { available: 0.4 } }, rates: { failed: 2, answered: 8 } },
    50,
    /budget is empty/,
    /fills/,
  ],
  [
    'a part of the calls fails',
    { rates: { failed: 2, answered: 8 }, lastFailure: '503' },
    14,
    /^20 % of the calls that were let through fail, lately with 503\.$/,
    /^$/,
  ],
  ['one call of a hundred fails', { rates: { failed: 1, answered: 99 } }, 0, /^$/, /^$/],
])('%s', (_, given, trouble, says, next) => {
  const judgement = judged(given);
  expect(judgement.trouble).toBe(trouble);
  expect(judgement.says).toMatch(says);
  expect(judgement.next).toMatch(next);
});

it('shows the gravest finding', () => {
  const snapshot = { ...open('failure-rate'), coolDown: { remainingMs: 1, waiting: 0 }, budget: { available: 0 } };
  expect(judged({ snapshot, rates: { failed: 9 } }).trouble).toBe(90);
});

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [994, '990 ms'],
  [1_000, '1.0 s'],
  [9_949, '9.9 s'],
  [9_950, '10 s'],
  [99_000, '99 s'],
  [100_000, '2 min'],
  [7_200_000, '2 h'],
])('%d ms are %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});
