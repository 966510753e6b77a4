import { createPolicy, type Policy, policies, watchPolicies } from '@breakwater/core';
import { afterEach, expect, it, jest } from '@jest/globals';

afterEach(() => {
  for (const policy of policies()) policy.close();
});

it('lists the policies of the process until they are closed', () => {
  const [one, other] = [createPolicy({ name: 'one' }), createPolicy({ name: 'other' })];
  expect(policies()).toEqual([one, other]);
  one.close();
  expect(policies()).toEqual([other]);
});

it('does not list a policy whose options are rejected', () => {
  expect(() => createPolicy({ retry: { maxRetries: -1 } })).toThrow(RangeError);
  expect(policies()).toEqual([]);
});

it('calls a watcher with the existing policies, with new ones and with closed ones, until it is removed', () => {
  const told: string[] = [];
  const first = createPolicy({ name: 'first' });
  const undo = watchPolicies({
    added: (policy) => told.push(`+${policy.name}`),
    removed: (policy) => told.push(`-${policy.name}`),
  });
  const second = createPolicy({ name: 'second' });
  first.close();
  undo();
  second.close();
  createPolicy();
  expect(told).toEqual(['+first', '+second', '-first']);
});

it('makes and closes policies even if a watcher throws', () => {
  const first = createPolicy();
  const fail = (): never => {
    throw new Error('broken');
  };
  const undo = watchPolicies({ added: fail, removed: fail });
  const second = createPolicy();
  first.close();
  expect(policies()).toEqual([second]);
  undo();
});

it('has removed a policy from the list when the watcher is called', () => {
  const policy = createPolicy();
  let listed: readonly Policy[] | undefined;
  watchPolicies({
    removed: () => {
      listed = policies();
    },
  });
  policy.close();
  expect(listed).toEqual([]);
});

it('is one list for all copies of the package', async () => {
  const mine = createPolicy({ name: 'mine' });
  await jest.isolateModulesAsync(async () => {
    const copy = await import('@breakwater/core');
    expect(copy.createPolicy).not.toBe(createPolicy);
    const theirs = copy.createPolicy({ name: 'theirs' });
    expect(policies().map(({ name }) => name)).toEqual(['mine', 'theirs']);
    expect(copy.policies()[0]).toBe(mine);
    theirs.close();
    expect(policies()).toEqual([mine]);
  });
});
