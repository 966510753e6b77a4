import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bench, watch } from './policy-fixture.js';

const native = globalThis.AbortController;
beforeEach(() => {
  // As in React Native, and in browsers of 2021.
  globalThis.AbortController = class extends native {
    constructor() {
      super();
      Object.defineProperty(this.signal, 'reason', { value: undefined });
    }
  };
});
afterEach(() => {
  globalThis.AbortController = native;
});

const never = () => new Promise<never>(() => {});

describe('on a host whose signals have no reason', () => {
  it('retries an attempt that has timed out, and ends with its timeout', async () => {
    const { clock, policy, told } = bench({ retry: { maxRetries: 1 }, timeouts: { attemptMs: 50 } });
    const call = watch(policy.execute(never));
    await clock.runAll();
    expect(call.value).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', timeoutMs: 50 });
    expect(told('attempt').map(({ verdict }) => verdict)).toEqual(['transient', 'transient']);
  });

  it('ends a call at its deadline', async () => {
    const { clock, policy, told } = bench({ timeouts: { totalMs: 50 } });
    const call = watch(policy.execute(never));
    await clock.runAll();
    expect(call.value).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED' });
    expect(told('call')).toMatchObject([{ stopReason: 'deadline' }]);
  });

  it('gives the answer of an earlier attempt at the deadline', async () => {
    const { clock, policy } = bench({ timeouts: { totalMs: 150 } });
    const busy = { status: 503, headers: {} };
    const call = watch(policy.execute(({ attempt }) => (attempt === 1 ? busy : never())));
    await clock.runAll();
    expect(call.value).toBe(busy);
  });

  it.each<[string, () => unknown, boolean]>([
    ['before the call', never, true],
    ['during an attempt', never, false],
    ['during a wait', () => ({ status: 503, headers: {} }), false],
  ])('rejects with an AbortError if the caller aborts %s', async (_when, attempt, isBefore) => {
    const { clock, policy, told } = bench();
    const caller = new AbortController();
    if (isBefore) caller.abort();
    const call = watch(policy.execute(attempt, { signal: caller.signal }));
    await clock.settle();
    caller.abort();
    await clock.runAll();
    expect(call).toMatchObject({ state: 'error', value: { name: 'AbortError' } });
    expect(told('call')).toMatchObject([{ stopReason: 'cancelled' }]);
  });
});
