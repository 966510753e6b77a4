import { expect, it } from '@jest/globals';
import { bench, networkError, watch } from './policy-fixture.js';

const WINDOW_MS = 30_000;
const CALL_MS = 29_000;

/** A call that ends `CALL_MS` after it began. */
function slowCall(made: ReturnType<typeof bench>, end: () => unknown) {
  return made.policy.execute(
    () =>
      new Promise((resolve) => {
        made.clock.schedule(() => resolve(end()), CALL_MS);
      }),
  );
}

const countsOf = ({ policy }: ReturnType<typeof bench>) => policy.snapshot().keys.default?.breaker?.counts;

it('counts a good answer at the time when it came, not when its call began', async () => {
  const made = bench({ breaker: { window: { kind: 'time', ms: WINDOW_MS } } });
  const calls = Array.from({ length: 40 }, () => slowCall(made, () => 'fine'));
  await made.clock.advance(CALL_MS);
  await Promise.all(calls);
  await made.clock.advance(2_000);
  expect(countsOf(made)).toEqual({ calls: 40, failures: 0, slow: 0 });
  // A tenth of the window may be forgotten early, and no more.
  await made.clock.advance(WINDOW_MS * 0.9 - 2_000 - 1);
  expect(countsOf(made)).toEqual({ calls: 40, failures: 0, slow: 0 });
  await made.clock.advance(WINDOW_MS);
  expect(countsOf(made)).toEqual({ calls: 0, failures: 0, slow: 0 });
});

it('weighs failures against the good answers of calls that took nearly as long as the window', async () => {
  const made = bench({
    retry: false,
    breaker: {
      consecutiveFailures: false,
      failureRate: 0.5,
      minimumCalls: 20,
      window: { kind: 'time', ms: WINDOW_MS },
    },
  });
  const calls = Array.from({ length: 40 }, () => slowCall(made, () => 'fine'));
  await made.clock.advance(CALL_MS);
  await Promise.all(calls);
  await made.clock.advance(2_000);
  for (let call = 0; call < 30; call += 1) {
    watch(made.policy.execute(() => Promise.reject(networkError())));
    await made.clock.advance(0);
  }
  expect(made.policy.breaker('default').state).toBe('closed');
});

it('reports the duration of a successful call in its events', async () => {
  const made = bench({ limit: { kind: 'adaptive' } });
  const call = slowCall(made, () => ({ status: 200, headers: {} }));
  await made.clock.advance(CALL_MS);
  await call;
  expect(made.told('attempt')).toEqual([expect.objectContaining({ durationMs: CALL_MS })]);
  expect(made.told('call')).toEqual([expect.objectContaining({ elapsedMs: CALL_MS })]);
});
