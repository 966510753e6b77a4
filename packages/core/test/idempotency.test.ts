import { expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import type { CallOptions } from '../src/session/call-options.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome } from './policy-fixture.js';

async function keysOf(options: PolicyOptions, call: CallOptions) {
  const { clock, policy, told } = bench(options);
  const server = scripted([{ status: 503 }]);
  await outcome(clock, policy.execute(server, { maxRetries: 2, ...call }));
  return { keys: server.calls.map(({ context }) => context.idempotencyKey), errors: told('hookError') };
}

it('carries one key on every attempt of a POST or PATCH, and so makes it repeatable', async () => {
  let made = 0;
  const generate = () => {
    made += 1;
    return `key-${made}`;
  };
  const idempotency = { generate };
  expect((await keysOf({ idempotency }, { method: 'POST' })).keys).toEqual(['key-1', 'key-1', 'key-1']);
  expect((await keysOf({ idempotency }, { method: 'patch' })).keys).toEqual(['key-2', 'key-2', 'key-2']);
});

it('makes a UUID if the user has no generator', async () => {
  const { keys } = await keysOf({ idempotency: {} }, { method: 'POST' });
  expect(keys[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(keys).size).toBe(1);
});

it('keeps the caller’s own key', async () => {
  const idempotency = { generate: () => 'ours' };
  expect((await keysOf({ idempotency }, { method: 'POST', idempotencyKey: 'mine' })).keys).toEqual([
    'mine',
    'mine',
    'mine',
  ]);
  expect((await keysOf({}, { method: 'POST', idempotencyKey: 'mine' })).keys).toEqual(['mine', 'mine', 'mine']);
});

it.each<[string, PolicyOptions, CallOptions]>([
  ['the policy gives none', {}, { method: 'POST' }],
  ['the method is not among those', { idempotency: {} }, { method: 'PUT' }],
  ['there is no method', { idempotency: {} }, {}],
  ['the policy’s methods are others', { idempotency: { methods: ['PUT'] } }, { method: 'POST' }],
])('carries none if %s', async (_where, options, call) => {
  expect(new Set((await keysOf(options, call)).keys)).toEqual(new Set([undefined]));
});

it('continues without a key, and does not repeat, if the generator throws', async () => {
  const idempotency = {
    generate: () => {
      throw new Error('no entropy');
    },
  };
  expect(await keysOf({ idempotency }, { method: 'POST' })).toEqual({
    keys: [undefined],
    errors: [{ hook: 'generate', message: 'threw Error' }],
  });
});

it.each([123, '', undefined, Promise.resolve('key')])(
  'uses no idempotency key from a generator that returns %p',
  async (made) => {
    const { clock, policy, told } = bench({ idempotency: { generate: () => made as string } });
    const server = scripted([{ status: 503 }]);
    await outcome(clock, policy.execute(server, { method: 'POST' }));
    expect(server.calls.map(({ context }) => context.idempotencyKey)).toEqual([undefined]);
    expect(told('hookError')).toMatchObject([{ hook: 'generate' }]);
  },
);

it('continues without a key if the generator returns a promise, which may reject', async () => {
  const generate = () => Promise.reject(new Error('late')) as never;
  const { keys, errors } = await keysOf({ idempotency: { generate } }, { method: 'POST' });
  expect(keys).toEqual([undefined]);
  expect(errors).toMatchObject([{ hook: 'generate' }]);
});
