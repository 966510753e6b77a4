import { expect, it } from '@jest/globals';
import { bench, networkError, outcome } from '../../test/policy-fixture.js';
import { memoryStore } from './memory-store.js';
import type { BreakerStore, ProbeGrant } from './store.js';

const rules = { retry: false, breaker: { consecutiveFailures: 1, openMs: 1_000, maxOpenMs: 1_000 } } as const;
const fail = () => Promise.reject(networkError());

/** Ten probes of an outage on a store that answers each request for a lease as given. */
async function outage(acquireProbe: (ms: (delayMs: number) => Promise<void>) => Promise<ProbeGrant | undefined>) {
  const inner = memoryStore();
  const store: BreakerStore = {
    attach: (...given) => ({
      ...inner.attach(...given),
      acquireProbe: () =>
        acquireProbe((delayMs) => new Promise((resolve) => void made.clock.schedule(resolve, delayMs))),
      probeEnded() {},
    }),
  };
  const made = bench({ ...rules, store });
  await outcome(made.clock, made.policy.execute(fail));
  for (let probe = 0; probe < 10; probe += 1) {
    await made.clock.advance(1_100);
    await outcome(made.clock, made.policy.execute(fail));
  }
  return made.told('store').map(({ status, message }) => [status, message]);
}

it('does not call a store degraded whose answers about probes are only slow', async () => {
  for (const delayMs of [90, 150, 900]) {
    const told = await outage(async (ms) => {
      await ms(delayMs);
      return { granted: true, token: 't' };
    });
    expect(told).toEqual([]);
  }
});

it('calls a store degraded, once, that has answered nothing about probes for a second', async () => {
  const told = await outage(() => new Promise(() => {}));
  expect(told).toEqual([['degraded', expect.stringMatching(/^no answer about a probe for [12]\d{3} ms$/)]]);
});
