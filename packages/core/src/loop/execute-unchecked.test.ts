import { expect, it } from '@jest/globals';
import { createPolicy } from '../policy.js';
import { uncheckedPolicy } from './execute-unchecked.js';

it('recognises a policy of this package, and no other object', () => {
  const policy = createPolicy();
  expect(uncheckedPolicy(policy)).toBe(policy);
  for (const other of [{}, { executeUnchecked: 1 }, { executeWith: () => {} }]) {
    expect(uncheckedPolicy(other)).toBeUndefined();
  }
});
