import { expect, it } from '@jest/globals';
import { hostileValues } from '../../test/hostile.js';
import { codeIn, digestOf } from './failure-digest.js';

it('keeps the name, the code and the status of a failure, and nothing else', () => {
  const error = Object.assign(new TypeError('secret'), { code: 'ECONNRESET', config: { headers: {} } });
  const digest = digestOf(error, undefined, 503);
  expect(digest).toEqual({ name: 'TypeError', code: 'ECONNRESET', status: 503 });
  expect(Object.isFrozen(digest)).toBe(true);
});

it('prefers the given code', () => {
  expect(digestOf({ name: 'E', code: 'own' }, 'given', undefined)).toEqual({
    name: 'E',
    code: 'given',
    status: undefined,
  });
});

it.each(['', 'two words', '1st', 'a'.repeat(65), 'ä', 'a\n', 5, undefined])('does not accept %p as a name', (name) => {
  expect(digestOf({ name }, undefined, undefined).name).toBe('Error');
});

it.each(['a', '$_', 'AxiosError', 'a'.repeat(64)])('accepts %p as a name', (name) => {
  expect(digestOf({ name }, undefined, undefined).name).toBe(name);
});

it.each(['', 'two words', '-1', 'a/b', '?token=1', 'a'.repeat(65), '\na', 1.5, Number.NaN, null, {}])(
  'does not accept %p as a code',
  (code) => {
    expect(codeIn(code)).toBeUndefined();
  },
);

it.each([
  ['ECONNRESET', 'ECONNRESET'],
  ['08006', '08006'],
  ['a.b:c-d', 'a.b:c-d'],
  ['a'.repeat(64), 'a'.repeat(64)],
  [14, '14'],
  [-1, '-1'],
  [0, '0'],
])('accepts %p as a code', (code, text) => {
  expect(codeIn(code)).toBe(text);
});

it.each(['503', 1.5, Number.NaN, null])('does not accept %p as a status', (status) => {
  expect(digestOf({}, undefined, status).status).toBeUndefined();
});

it('never throws', () => {
  for (const value of hostileValues()) expect(digestOf(value, value, value).name).toEqual(expect.any(String));
});
