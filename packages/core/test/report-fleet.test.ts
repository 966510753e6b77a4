import { expect, it } from '@jest/globals';
import { memoryStore } from '../src/store/memory-store.js';
import type { BreakerStore } from '../src/store/store.js';
import { reportOf } from '../src/telemetry/report.js';
import { bench, networkError, outcome } from './policy-fixture.js';

/** A store that refuses every probe after 40 ms. */
function refusingStore(schedule: (run: () => void, ms: number) => unknown): BreakerStore {
  const inner = memoryStore();
  return {
    attach: (...given) => ({
      ...inner.attach(...given),
      detach() {},
      acquireProbe: () => new Promise((resolve) => schedule(() => resolve({ granted: false, retryAfterMs: 500 }), 40)),
    }),
  };
}

it('counts the time of waiting for the fleet’s probe, if it grants none', async () => {
  let schedule = (_run: () => void, _ms: number): unknown => undefined;
  const store = refusingStore((run, ms) => schedule(run, ms));
  const { clock, policy, told } = bench({ retry: false, store, breaker: { consecutiveFailures: 1 } });
  schedule = (run, ms) => clock.schedule(run, ms);
  await outcome(
    clock,
    policy.execute(() => Promise.reject(networkError())),
  );
  await clock.advance(2_000);
  const refused = await outcome(
    clock,
    policy.execute(() => 'never made'),
  );
  expect(reportOf(refused)).toMatchObject({ stopReason: 'circuit-open', elapsedMs: 40, waitedMs: 0 });
  expect(told('call').at(-1)).toMatchObject({ stopReason: 'circuit-open', elapsedMs: 40 });
});
