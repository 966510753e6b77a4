import { expect, it } from '@jest/globals';
import { bench, networkError, outcome, watch } from '../../test/policy-fixture.js';
import { scripted } from '../testing/faults.js';
import { memoryStore } from './memory-store.js';
import type { BreakerStore } from './store.js';

/** A store that leaves a question about a probe open. */
function silentStore(): BreakerStore {
  const inner = memoryStore();
  return { attach: (...given) => ({ ...inner.attach(...given), acquireProbe: () => new Promise(() => {}) }) };
}

async function halfOpen() {
  const made = bench({ retry: false, store: silentStore(), breaker: { consecutiveFailures: 1 } });
  await outcome(
    made.clock,
    made.policy.execute(() => Promise.reject(networkError())),
  );
  await made.clock.advance(2_000);
  return made;
}

it('makes no attempt when cancelled while the fleet is asked for a probe', async () => {
  const { clock, policy } = await halfOpen();
  const controller = new AbortController();
  const server = scripted([{ value: 'fine' }]);
  const call = watch(policy.execute(server, { signal: controller.signal }));
  await clock.settle();
  controller.abort('enough');
  await clock.runAll();
  expect(call.value).toBe('enough');
  expect(server.calls).toHaveLength(0);
});

it('makes no attempt when the deadline comes while the fleet is asked for a probe', async () => {
  const { clock, policy } = await halfOpen();
  const server = scripted([{ value: 'fine' }]);
  await outcome(clock, policy.execute(server, { timeouts: { totalMs: 50 } }));
  expect(server.calls).toHaveLength(0);
});
