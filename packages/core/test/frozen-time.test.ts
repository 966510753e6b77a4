import { afterEach, expect, it, jest } from '@jest/globals';
import { createPolicy } from '../src/policy.js';
import { ManualClock } from '../src/testing/manual-clock.js';
import { bench, throttledBench, watch } from './policy-fixture.js';

/** Its timers run, and its time stands still, or goes back, as with fake timers that leave `performance.now` alone. */
class FrozenClock extends ManualClock {
  readonly step: number;
  #time = 1_000_000;

  constructor(step: number) {
    super();
    this.step = step;
  }

  override now(): number {
    this.#time += this.step;
    return this.#time;
  }
}

const throttled = { status: 429, headers: { 'retry-after': '5' } };

it.each([
  ['stands still', 0],
  ['goes back', -1],
])('ends waits whose timers have fired even if time %s: of retries', async (_what, step) => {
  const clock = new FrozenClock(step);
  const { policy } = bench({ breaker: false }, clock);
  let attempts = 0;
  const retried = watch(
    policy.execute(() => {
      attempts += 1;
      return attempts < 3 ? throttled : 'fine';
    }),
  );
  await clock.runAll();
  expect([retried.value, attempts]).toEqual(['fine', 3]);
});

it('ends the wait in a cool-down whose timer has fired even if time stands still', async () => {
  const { clock, policy } = await throttledBench({ breaker: false });
  await policy.execute(() => throttled, { maxRetries: 0 });
  const call = watch(policy.execute(() => 'fine'));
  await clock.settle();
  expect(call.state).toBe('pending');
  const stoppedMs = clock.now();
  clock.now = () => stoppedMs;
  await clock.runAll();
  expect(call.value).toBe('fine');
});

afterEach(() => {
  jest.useRealTimers();
});

it('ends a mocked 429 with fake timers that do not change performance.now', async () => {
  jest.useFakeTimers({ legacyFakeTimers: true });
  const policy = createPolicy({ breaker: false });
  let attempts = 0;
  const call = watch(
    policy.execute(() => {
      attempts += 1;
      return attempts < 3 ? throttled : 'fine';
    }),
  );
  for (let tick = 0; tick < 8; tick += 1) {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    jest.advanceTimersByTime(6_000);
  }
  expect([call.value, attempts]).toEqual(['fine', 3]);
});
