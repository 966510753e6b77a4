import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { createPolicy } from '../src/policy.js';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore } from '../src/store/store.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome, throwing } from './policy-fixture.js';

const attributesOf = ({ url }: { readonly url: string | undefined }) => ({ route: url?.split('/').at(-1) });
const OF_A_CALL = ['attempt', 'retry', 'giveUp', 'call', 'reject', 'wouldRetry', 'wouldReject'];

describe('attributesOf', () => {
  it('gives all events of a call its attributes, and no other event', async () => {
    const { clock, policy, events } = bench({ attributesOf, breaker: { consecutiveFailures: 2 } });
    const url = 'http://api.example/orders';
    const failing = () => scripted([{ status: 503 }]);
    await outcome(clock, policy.execute(failing(), { url, mode: 'observe', key: 'other' }));
    await outcome(clock, policy.execute(failing(), { url, maxRetries: 1 }));
    await outcome(clock, policy.execute(failing(), { url }));
    await outcome(clock, policy.execute(failing(), { url, mode: 'observe' }));
    const names = new Set(events.map(([name]) => name));
    for (const name of [...OF_A_CALL, 'breaker']) expect(names).toContain(name);
    for (const [name, event] of events) {
      expect([name, event.attributes]).toEqual([name, OF_A_CALL.includes(name) ? { route: 'orders' } : undefined]);
    }
  });

  it('is called once for a call, as it begins, with key, method and URL', async () => {
    const asked: unknown[] = [];
    const tenant = new AsyncLocalStorage<string>();
    const { clock, policy, told } = bench({
      attributesOf: (call) => {
        asked.push(call);
        return { tenant: tenant.getStore() };
      },
    });
    const call = { url: 'http://api.example/orders?secret', method: 'get' };
    await tenant.run('acme', () => outcome(clock, policy.execute(scripted([{ status: 503 }, { value: 1 }]), call)));
    expect(asked).toEqual([{ key: 'http://api.example', method: 'GET', url: call.url }]);
    expect(told('call')).toMatchObject([{ attempts: 2, attributes: { tenant: 'acme' } }]);
  });

  it('fails no call, whatever it does, and emits a hookError', async () => {
    const misdeeds: readonly (readonly [() => unknown, string])[] = [
      [throwing(new RangeError('token=1')), 'threw RangeError'],
      [() => Promise.reject(new Error('late')), 'must return an object of strings, finite numbers or booleans'],
      [() => ({ get: { toString: throwing('no') } }), 'must return an object of strings, finite numbers or booleans'],
      [() => Object.defineProperty({}, 'a', { get: throwing('no'), enumerable: true }), 'threw string'],
      [() => new Proxy({}, { ownKeys: throwing(new Error('no')) }), 'threw Error'],
    ];
    for (const [misdeed, message] of misdeeds) {
      const { clock, policy, told } = bench({ attributesOf: misdeed as () => undefined });
      expect(
        await outcome(
          clock,
          policy.execute(() => 'good'),
        ),
      ).toBe('good');
      expect(told('hookError')).toEqual([{ hook: 'attributesOf', message }]);
      expect(told('call')[0]).not.toHaveProperty('attributes');
    }
  });

  it('can be set and changed by an update, and is not called in mode off', async () => {
    const { clock, policy, told } = bench();
    const ends = async (mode?: 'off') => {
      await outcome(
        clock,
        policy.execute(() => 1, { ...(mode && { mode }) }),
      );
      return told('call').map(({ attributes }) => attributes);
    };
    expect(await ends()).toEqual([undefined]);
    policy.update({ attributesOf: () => ({ tenant: 'a' }) });
    expect(await ends()).toEqual([undefined, { tenant: 'a' }]);
    policy.update({ attributesOf: throwing('must not be called') as () => undefined });
    expect(await ends('off')).toHaveLength(2);
    expect(told('hookError')).toEqual([]);
  });
});

describe('instance', () => {
  it('is a field of every event', async () => {
    const { clock, policy, events } = bench({ instance: 'pod-1', breaker: { consecutiveFailures: 1 } });
    await outcome(clock, policy.execute(scripted([{ value: 1 }])));
    await outcome(clock, policy.execute(scripted([{ error: 'ECONNRESET' }]), { maxRetries: 0 }));
    await outcome(clock, policy.execute(scripted([{ value: 1 }])));
    policy.breaker('default').open({ by: 'alice' });
    policy.setMode('observe', { by: 'alice' });
    const names = new Set(events.map(([name]) => name));
    expect([...names].sort()).toEqual(['attempt', 'breaker', 'call', 'control', 'giveUp', 'reject']);
    for (const [name, { instance }] of events) expect([name, instance]).toEqual([name, 'pod-1']);
  });

  it('is by default the id of this process in a shared store', () => {
    const instances = (options: PolicyOptions) => {
      const { policy, events } = bench(options);
      policy.breaker('default').open();
      return events.map(([, event]) => event.instance);
    };
    const store = (instance: unknown) => ({ ...memoryStore(), instance }) as BreakerStore;
    expect(instances({ store: store('7f3a') })).toEqual(['7f3a']);
    expect(instances({ store: store('7f3a'), instance: 'pod-1' })).toEqual(['pod-1']);
    expect(instances({ store: store(7) })).toEqual([undefined]);
    expect(instances({})).toEqual([undefined]);
  });

  it('cannot be changed', () => {
    const policy = createPolicy({ instance: 'pod-1' });
    expect(() => policy.update({ instance: 'pod-2' })).toThrow(
      new TypeError('instance cannot be changed by an update, got "pod-2"'),
    );
    expect(policy.settings.instance).toBe('pod-1');
    expect(() => createPolicy({ instance: '' })).toThrow('instance must be a non-empty string, got ""');
  });
});
