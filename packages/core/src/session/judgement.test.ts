import { expect, it } from '@jest/globals';
import { networkError } from '../../test/policy-fixture.js';
import type { PolicyOptions } from '../options/options.js';
import { resolveOptions } from '../options/resolve.js';
import { errorOutcome, type Outcome, responseOutcome, valueOutcome } from '../outcome/outcome.js';
import { type AttemptFacts, isGoodStatus, isPlainSuccess, judge } from './judgement.js';

const answer = (status: number, headers = {}): Outcome => responseOutcome({ status, headers, response: {} });
const value = valueOutcome(1);
const reset = errorOutcome(networkError());
const unknown = errorOutcome(new TypeError('x is not a function'));
const hint = { 'retry-after': '5' };

function judged(result: Outcome, options: PolicyOptions = {}, facts: Partial<AttemptFacts> = {}) {
  const attempted = {
    result,
    attempt: 1,
    durationMs: 10,
    thrown: undefined,
    call: {} as AttemptFacts['call'],
    statuses: undefined,
    mayBeInProgress: false,
    ...facts,
  };
  return judge(resolveOptions(options), attempted, 0, (_hook, predicate, outcome, call) => predicate(outcome, call));
}

const opinions = { yes: () => true, no: () => false, none: () => undefined };

it.each<[Outcome, PolicyOptions, boolean]>([
  [value, {}, true],
  [answer(200), {}, true],
  [answer(299), {}, true],
  [answer(300), {}, false],
  [reset, {}, false],
  [value, { retry: false, breaker: false }, true],
  [answer(200), { retry: false }, true],
  [value, { retry: { shouldRetry: opinions.none } }, false],
  [value, { breaker: { isFailure: opinions.none } }, false],
  [answer(202), { retry: { statuses: [202] } }, false],
])('is plainly good if no part of the policy may judge it otherwise: %#', (result, options, isGood) => {
  expect(isPlainSuccess(result, resolveOptions(options), undefined)).toBe(isGood);
});

it('does not treat an answer as plainly good if the call names its own statuses', () => {
  expect(isGoodStatus(200, false, { statuses: [] })).toBe(false);
  expect(isGoodStatus(200, false, {})).toBe(true);
});

it.each<[Outcome, keyof typeof opinions, string]>([
  [value, 'yes', 'transient'],
  [value, 'no', 'success'],
  [value, 'none', 'success'],
  [answer(429), 'yes', 'throttled'],
  [answer(503), 'yes', 'transient'],
  [answer(503), 'no', 'permanent'],
  [reset, 'no', 'permanent'],
  [reset, 'none', 'transient'],
  [unknown, 'yes', 'transient'],
])('follows shouldRetry: %#', (result, opinion, verdict) => {
  expect(judged(result, { retry: { shouldRetry: opinions[opinion] } }).verdict).toBe(verdict);
});

it.each<[Outcome, PolicyOptions, Partial<AttemptFacts>, string]>([
  [answer(409), {}, { mayBeInProgress: true }, 'transient'],
  [answer(409), {}, {}, 'permanent'],
  [answer(404), {}, { mayBeInProgress: true }, 'permanent'],
  [value, {}, { mayBeInProgress: true }, 'success'],
  [answer(413, hint), {}, {}, 'transient'],
  [answer(413), {}, {}, 'permanent'],
  [answer(414, hint), {}, {}, 'permanent'],
  [answer(413, hint), { retry: { statuses: [503] } }, {}, 'permanent'],
  [answer(413, hint), {}, { statuses: [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 599] }, 'permanent'],
  [answer(503), { retry: false }, {}, 'transient'],
  [answer(503), {}, { statuses: [500] }, 'permanent'],
])(
  'gives a verdict by status, hint and earlier attempts that may be in progress: %#',
  (result, options, facts, verdict) => {
    expect(judged(result, options, facts).verdict).toBe(verdict);
  },
);

const cause = { name: 'Error', code: 'ECONNRESET', status: undefined };
const good = { failed: false, slow: false, cause: undefined };

it.each<[string, Outcome, PolicyOptions, unknown]>([
  ['a value', value, {}, good],
  ['a reset', reset, {}, { failed: true, slow: false, cause }],
  ['a 429', answer(429), {}, { ...good, countsIn: 'probes' }],
  ['an error of unknown kind', unknown, {}, { ...good, countsIn: 'rates' }],
  ['a cancel', errorOutcome(new DOMException('stopped', 'AbortError')), {}, undefined],
  ['anything without a breaker', reset, { breaker: false }, undefined],
  [
    'a failure by the user',
    value,
    { breaker: { isFailure: opinions.yes } },
    { failed: true, slow: false, cause: { name: 'FailedResponseError', code: undefined, status: undefined } },
  ],
  ['a good answer by the user', answer(503), { breaker: { isFailure: opinions.no } }, good],
  ['an error that is none by the user', reset, { breaker: { isFailure: opinions.no } }, undefined],
  ['an error of unknown kind, which is none by the user', unknown, { breaker: { isFailure: opinions.no } }, undefined],
  ['a slow answer', value, { breaker: { slowCallMs: 10 } }, { ...good, slow: true }],
  ['one that is just quick enough', value, { breaker: { slowCallMs: 11 } }, good],
])('gives the breaker the sample of %s', (_what, result, options, evidence) => {
  expect(judged(result, options).evidence).toEqual(evidence);
});

it.each<[Outcome, PolicyOptions, number | undefined, boolean]>([
  [answer(429, hint), {}, 5_000, true],
  [answer(503, hint), {}, 5_000, true],
  [answer(200, hint), {}, 5_000, false],
  [answer(429), {}, undefined, false],
  [value, {}, undefined, false],
  [reset, {}, undefined, false],
  [answer(429, hint), { retry: { respectRetryAfter: false } }, undefined, false],
  [answer(429, hint), { retry: false }, 5_000, true],
  [answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' }), {}, 7_000, true],
  [answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '86400' }), {}, 300_000, true],
  [answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '86400' }), { coolDown: false }, 300_000, true],
  [
    answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9' }),
    { coolDown: { maxMs: 8_000 } },
    8_000,
    true,
  ],
  [answer(503, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' }), {}, undefined, false],
])('reads the hint of an answer, and whether it concerns all callers: %#', (result, options, hintMs, coolsDown) => {
  expect(judged(result, options)).toMatchObject({ hintMs, coolsDown });
  expect(judged(result, options).cause === undefined).toBe(hintMs === undefined);
});

it('describes a failure by the error that was thrown, if an answer came in one', () => {
  const thrown = Object.assign(new RangeError('busy'), { code: 'ERR_BAD' });
  expect(judged(answer(503), {}, { thrown }).evidence?.cause).toEqual({
    name: 'RangeError',
    code: 'ERR_BAD',
    status: 503,
  });
  expect(judged(answer(503)).evidence?.cause).toEqual({ name: 'FailedResponseError', code: undefined, status: 503 });
  expect(judged(reset, {}, { thrown }).evidence?.cause).toMatchObject({ name: 'RangeError', code: 'ECONNRESET' });
});
