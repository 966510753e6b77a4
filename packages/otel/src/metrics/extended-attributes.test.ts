import { expect, it } from '@jest/globals';
import { ExtendedAttributes } from './extended-attributes.js';

const base = { a: 1 };

it('returns the same frozen object for the same attributes, and another for others', () => {
  const extended = new ExtendedAttributes();
  const one = extended.extended(base, 'verdict', 'success', '');
  expect(one).toEqual({ a: 1, verdict: 'success' });
  expect(Object.isFrozen(one)).toBe(true);
  expect(extended.extended(base, 'verdict', 'success', '')).toBe(one);
  expect(extended.extended(base, 'verdict', 'transient', '503')).toEqual({
    a: 1,
    verdict: 'transient',
    'error.type': '503',
  });
  expect(extended.extended(base, 'reason', 'success', '')).toEqual({ a: 1, reason: 'success' });
  expect(extended.extended({ a: 2 }, 'verdict', 'success', '')).toEqual({ a: 2, verdict: 'success' });
});

it('adds attributes without replacing those that are there', () => {
  const extended = new ExtendedAttributes();
  const added = { a: 'not mine', tenant: 'acme' };
  const one = extended.merged(base, added);
  expect(one).toEqual({ a: 1, tenant: 'acme' });
  expect(extended.merged(base, added)).toBe(one);
  expect(extended.merged({ b: 2 }, added)).toEqual({ a: 'not mine', b: 2, tenant: 'acme' });
});
