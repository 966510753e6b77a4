import { expect, test } from '@jest/globals';
import { copyOfOptions, sameOptions } from './same-options.js';

const predicate = (): undefined => undefined;

test.each([
  [{}, {}],
  [{ retry: { maxRetries: 2, statuses: [503] } }, { retry: { maxRetries: 2, statuses: [503] } }],
  [{ retry: { shouldRetry: predicate } }, { retry: { shouldRetry: predicate } }],
])('%j and %j are equal', (one, other) => {
  expect(sameOptions(one, other)).toBe(true);
});

test.each([
  [{}, { name: 'a' }],
  [{ name: undefined }, { mode: undefined }],
  [{ retry: { maxRetries: 2 } }, { retry: { maxRetries: 3 } }],
  [{ retry: { statuses: [503] } }, { retry: { statuses: { 0: 503 } } }],
  [{ retry: { shouldRetry: predicate } }, { retry: { shouldRetry: () => undefined } }],
  [{ clock: new Date(0) }, { clock: new Date(0) }],
  [{}, undefined],
])('%j and %j do not', (one, other) => {
  expect(sameOptions(one, other)).toBe(false);
});

test('a copy keeps the values of the options, and the functions and instances in them', () => {
  const options = { retry: { statuses: [503], shouldRetry: predicate }, clock: new Date(0) };
  const copy = copyOfOptions(options);
  expect(sameOptions(options, copy)).toBe(true);
  options.retry.statuses.push(504);
  expect(sameOptions(options, copy)).toBe(false);
});
