import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isCircuitOpen } from '@breakwater/core';
import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosAdapter } from 'axios';
import { reachableText } from '../../core/test/reachable.js';
import { attachResilience } from '../src/index.js';
import { errorOf, steadyPolicy } from './drive.js';
import { scene } from './set-up.js';

const SECRET = 'hunter2';
const openAtOnce = { retry: false, breaker: { consecutiveFailures: 1, openMs: 5_000, maxOpenMs: 5_000 } } as const;
const request = {
  headers: { authorization: `Bearer ${SECRET}` },
  params: { token: SECRET },
  auth: { username: 'anna', password: SECRET },
};

describe('a refused request', () => {
  test.each<[string, object]>([
    ['an answer', { status: 500, headers: { 'set-cookie': SECRET }, body: SECRET }],
    ['a reset', 'reset' as never],
  ])('shows nothing of the request that opened the circuit by %s', async (_, reply) => {
    const { api, policy } = await scene({}, openAtOnce, reply as never);
    const events: unknown[] = [];
    for (const name of ['attempt', 'breaker', 'call', 'reject'] as const)
      policy.on(name, (event) => events.push(event));
    const tripped = await errorOf(api.post('/', { card: SECRET }, request));
    expect(reachableText(tripped)).toContain(SECRET);

    const refusal = await errorOf(api.get('/'));

    expect(isCircuitOpen(refusal)).toBe(true);
    expect(reachableText(refusal)).not.toContain(SECRET);
    expect(reachableText(events)).not.toContain(SECRET);
    expect(reachableText(policy.snapshot())).not.toContain(SECRET);
  });

  test('shows nothing of the request whose answer began a cool-down', async () => {
    const { api, policy } = await scene({}, { retry: false, breaker: false, coolDown: { maxWaiting: 0 } }, {
      status: 429,
      headers: { 'retry-after': '60', 'set-cookie': SECRET },
      body: SECRET,
    } as never);
    await errorOf(api.post('/', { card: SECRET }, request));
    await errorOf(api.post('/', { card: SECRET }, request));

    const refusal = await errorOf(api.get('/'));

    expect(reachableText(refusal.code === 'ERR_COOL_DOWN' ? refusal : [])).not.toContain(SECRET);
    expect(reachableText(policy.snapshot())).not.toContain(SECRET);
  });
});

describe('a request that has ended', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;

  /** Its adapter holds a large body, as one that was made for this request alone may. */
  async function send(api: ReturnType<typeof axios.create>, adapters: unknown): Promise<WeakRef<object>> {
    const body = new Uint8Array(1_000_000);
    const adapter: AxiosAdapter = async (config) => ({
      status: body.length > 0 ? 200 : 500,
      statusText: '',
      headers: {},
      data: '',
      config,
    });
    await api.get('/', { adapter: adapters === 'list' ? ([adapter] as never) : adapter });
    return new WeakRef(body);
  }

  test.each(['function', 'list'])(
    'keeps nothing of its own adapter, given as a %s',
    async (kind) => {
      const api = axios.create();
      attachResilience(api, steadyPolicy().policy);

      const body = await send(api, kind);

      for (let round = 0; round < 5; round += 1) {
        await turn();
        gc();
      }
      expect(body.deref()).toBeUndefined();
      // On a busy machine five whole collections of a large heap take that long.
    },
    30_000,
  );
});
