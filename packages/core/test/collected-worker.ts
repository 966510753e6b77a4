// Runs a scenario by its name and prints which of the large things of its ended calls are still alive.

import { setImmediate as turn } from 'node:timers/promises';
import { createPolicy, isCircuitOpen, isCoolDown, type PolicyOptions } from '../src/index.js';

const SIZE = 80_000_000;
const gc = (globalThis as { gc?: () => void }).gc as () => void;
const watched = new Map<string, WeakRef<object>>();

function watch<T extends object>(name: string, value: T): T {
  watched.set(name, new WeakRef(value));
  return value;
}

function large(name: string): Uint8Array {
  return watch(name, new Uint8Array(SIZE));
}

const openAtOnce: PolicyOptions = {
  retry: false,
  breaker: { consecutiveFailures: 1, consecutiveForMs: 0, openMs: 60_000, maxOpenMs: 60_000 },
};

async function tripped(policy: ReturnType<typeof createPolicy>): Promise<void> {
  const refusal = await policy.execute(() => 'fine').catch((error: unknown) => error);
  if (!isCircuitOpen(refusal)) throw new Error('the circuit is not open');
}

function neverEnding(): Promise<never> {
  const body = large('body');
  return new Promise(() => watch('closure', { body }));
}

const scenarios: Record<string, () => Promise<unknown>> = {
  async 'an error that opened a circuit'() {
    const policy = createPolicy(openAtOnce);
    await policy
      .execute(() => {
        const config = { data: large('body') };
        throw watch('error', Object.assign(new Error(), { code: 'ECONNRESET', config: watch('config', config) }));
      })
      .catch(() => {});
    await tripped(policy);
    return policy;
  },
  async 'an answer that opened a circuit'() {
    const policy = createPolicy(openAtOnce);
    await policy.execute(() => watch('answer', { status: 500, headers: {}, data: large('body') }));
    await tripped(policy);
    return policy;
  },
  async 'an answer that began a cool-down'() {
    const policy = createPolicy({ retry: false, breaker: false, coolDown: { maxWaiting: 0 } });
    const throttled = () => watch('answer', { status: 429, headers: { 'retry-after': '60' }, data: large('body') });
    await policy.execute(throttled);
    await policy.execute(throttled).catch(() => {});
    const refusal = await policy.execute(() => 'fine').catch((error: unknown) => error);
    if (refusal !== 'fine' && !isCoolDown(refusal)) throw new Error('no cool-down, and no answer');
    return policy;
  },
  async 'a call that was retried'() {
    const policy = createPolicy({ retry: { backoff: { kind: 'constant', baseMs: 1, jitter: 'none' } } });
    const { signal } = new AbortController();
    const body = large('body');
    const call = { signal, key: 'k', url: 'https://a.example' };
    await policy.execute(
      ({ attempt }) => {
        if (attempt < 3) throw watch(`error ${attempt}`, Object.assign(new Error(), { code: 'ECONNRESET', body }));
        return watch('answer', { status: 200, headers: {}, body });
      },
      watch('options', call),
    );
    return [policy, signal];
  },
  async 'a call that its caller has cancelled'() {
    const policy = createPolicy();
    const controller = new AbortController();
    const call = policy.execute(neverEnding, { signal: controller.signal });
    controller.abort();
    await call.catch(() => {});
    return [policy, controller];
  },
};

/** Lets the garbage go; what is still alive after this is held. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await turn();
    gc();
  }
}

const name = process.argv[2] ?? '';
const held = await scenarios[name]?.();
await settle();
const alive = [...watched].filter(([, ref]) => ref.deref() !== undefined).map(([what]) => what);
console.log(JSON.stringify({ alive, watched: watched.size, bytes: process.memoryUsage().arrayBuffers }));
if (held === undefined) process.exitCode = 1;
