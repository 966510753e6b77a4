import { expect, it } from '@jest/globals';
import { type Bench, bench, networkError, watch } from '../../test/policy-fixture.js';
import type { PolicyOptions } from '../options/options.js';
import { isCircuitOpen } from '../outcome/errors.js';

// The default rule: ten calls in a row that fail with all their retries, over two seconds, and one good answer in ten
// ends no run. What a user sets holds as written.

const auto = (options: PolicyOptions = {}) =>
  bench({ retry: false, ...options, breaker: { consecutiveForMs: 'auto', ...(options.breaker || {}) } });
const state = ({ policy }: Bench) => policy.breaker('default').state;

async function calls({ clock, policy }: Bench, count: number, everyMs: number, status: number): Promise<void> {
  for (let call = 0; call < count; call += 1) {
    await policy
      .execute(() => ({ status, headers: {} }))
      .catch((error: unknown) => expect(isCircuitOpen(error)).toBe(true));
    await clock.advance(everyMs);
  }
}

it.each([1, 10, 100, 200])('opens two seconds after the first failure with a call every %d ms', async (everyMs) => {
  const made = auto();
  await calls(made, 2_000 / everyMs, everyMs, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, everyMs, 500);
  expect(state(made)).toBe('open');
});

it('needs ten calls on a key with few', async () => {
  const made = auto();
  await calls(made, 9, 5_000, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 5_000, 500);
  expect(state(made)).toBe('open');
});

it('does not open for one call, however many attempts it makes', async () => {
  const made = auto({
    retry: { maxRetries: 50, backoff: { kind: 'constant', baseMs: 500, jitter: 'none' } },
    budget: false,
  });
  const call = watch(made.policy.execute(() => Promise.reject(networkError())));
  await made.clock.runAll();
  expect(call.state).toBe('error');
  expect(state(made)).toBe('closed');
});

it('counts a call that still retries for the part of its attempts that have failed', async () => {
  // 20 calls that hang have made two of their four attempts each after two seconds.
  const made = auto({ retry: { backoff: { kind: 'constant', baseMs: 0, jitter: 'none' } }, budget: false });
  const { clock, policy } = made;
  for (let call = 0; call < 20; call += 1) {
    watch(
      policy.execute(() => new Promise((_, reject) => clock.schedule(() => reject(networkError('ETIMEDOUT')), 2_000))),
    );
  }
  await clock.advance(2_000);
  expect(state(made)).toBe('closed');
  await clock.advance(2_000);
  expect(state(made)).toBe('open');
  await clock.runAll();
});

it('does not count a server as well if it answers fewer than one call in ten', async () => {
  const made = auto();
  await calls(made, 20, 10, 500);
  for (let round = 0; round < 20 && state(made) === 'closed'; round += 1) {
    await calls(made, 1, 10, 200);
    await calls(made, 19, 10, 500);
  }
  expect(state(made)).toBe('open');
});

it.each([0.12, 0.3, 0.6])('does not open if a share of %d of the calls is answered', async (share) => {
  const made = auto();
  let due = 0;
  for (let call = 0; call < 2_000; call += 1) {
    due += share;
    await calls(made, 1, 10, due >= 1 ? 200 : 500);
    if (due >= 1) due -= 1;
  }
  expect(state(made)).toBe('closed');
});

it('does not open for failures from before the server recovered', async () => {
  const made = auto();
  await calls(made, 199, 10, 500);
  await calls(made, 6, 10, 200);
  await calls(made, 5, 10, 500);
  expect(state(made)).toBe('closed');
});

it('closes on the first good probe', async () => {
  const made = auto();
  await calls(made, 201, 10, 500);
  await made.clock.advance(5_000);
  await calls(made, 1, 0, 200);
  expect(state(made)).toBe('closed');
});

it('closes after the required number of good probes of an outage, even if others failed in between', async () => {
  const made = auto({ breaker: { successesToClose: 2 } });
  await calls(made, 201, 10, 500);
  for (const status of [200, 500, 500, 200]) {
    expect(state(made)).not.toBe('closed');
    await made.clock.advance(5_000);
    await calls(made, 1, 0, status);
  }
  expect(state(made)).toBe('closed');
});

it.each([1, 10, 1_000])(
  'opens as written if the user sets failures in a row, with a call every %d ms',
  async (everyMs) => {
    const made = bench({ retry: false, breaker: { consecutiveFailures: 5, consecutiveForMs: undefined } });
    await calls(made, 100, everyMs, 200);
    await calls(made, 4, everyMs, 500);
    expect(state(made)).toBe('closed');
    await calls(made, 1, everyMs, 500);
    expect(state(made)).toBe('open');
  },
);

it('counts the attempts of one call if the user sets failures in a row', async () => {
  const made = bench({ breaker: { consecutiveFailures: 3, consecutiveForMs: undefined } });
  const call = watch(made.policy.execute(() => Promise.reject(networkError())));
  await made.clock.runAll();
  expect([call.state, state(made)]).toEqual(['error', 'open']);
});

it.each([
  [0, 10],
  [100, 11],
])('lasts as long as the option sets: %d ms', async (consecutiveForMs, failures) => {
  const made = bench({ retry: false, breaker: { consecutiveForMs } });
  await calls(made, failures - 1, 10, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 10, 500);
  expect(state(made)).toBe('open');
});

it.each([{ minimumCalls: 20 }, { failureRate: 0.5 }, { window: { kind: 'time', ms: 30_000 } }] as const)(
  'opens at half of twenty calls if the user sets %p',
  async (breaker) => {
    const made = auto({ breaker: { consecutiveFailures: false, ...breaker } });
    await calls(made, 10, 1, 200);
    await calls(made, 9, 1, 500);
    expect(state(made)).toBe('closed');
    await calls(made, 1, 1, 500);
    expect(state(made)).toBe('open');
  },
);

it('uses no rate if the user sets none', async () => {
  const made = auto({ breaker: { consecutiveFailures: false } });
  await calls(made, 100, 100, 500);
  expect(state(made)).toBe('closed');
});

/** A call every 20 ms to a server that answers after `latencyMs(now)`; each is given up after a second. */
async function served(made: Bench, ms: number, latencyMs: (nowMs: number) => number): Promise<void> {
  const { clock, policy } = made;
  for (const endMs = clock.now() + ms; clock.now() < endMs; await clock.advance(20)) {
    const tookMs = latencyMs(clock.now());
    const answer = () =>
      new Promise<string>((resolve, reject) => {
        if (tookMs <= 1_000) clock.schedule(() => resolve('fine'), tookMs);
        else clock.schedule(() => reject(networkError('ETIMEDOUT')), 1_000);
      });
    watch(policy.execute(answer));
  }
}

it('opens two seconds after the first timeout of a server that stops at once', async () => {
  const made = auto();
  await served(made, 2_000, () => 100);
  await served(made, 2_980, () => Number.POSITIVE_INFINITY);
  expect(state(made)).toBe('closed');
  await served(made, 40, () => Number.POSITIVE_INFINITY);
  expect(state(made)).toBe('open');
  await made.clock.runAll();
});

it('opens three timeouts after the first one of a server that answers ever later until then', async () => {
  const made = auto();
  await served(made, 2_000, () => 100);
  const rise = (nowMs: number) => 100 + (nowMs - 2_000) / 2;
  // Calls of 3,820 ms and later take longer than a second.
  await served(made, 1_820 + 3_980, rise);
  expect(state(made)).toBe('closed');
  await served(made, 40, rise);
  expect(state(made)).toBe('open');
  await made.clock.runAll();
});

it('goes on waiting for the server of a crowd no longer once it fails otherwise', async () => {
  const made = auto();
  await served(made, 2_000, () => 100);
  await served(made, 1_820 + 3_500, (nowMs) => 100 + (nowMs - 2_000) / 2);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 0, 500);
  expect(state(made)).toBe('open');
  await made.clock.runAll();
});

it('lets another probe go while that of a caller with more patience hangs', async () => {
  const made = auto();
  await calls(made, 21, 100, 500);
  expect(state(made)).toBe('open');
  await made.clock.advance(1_050);
  const hangs = watch(
    made.policy.execute(() => new Promise((resolve) => made.clock.schedule(() => resolve('late'), 60_000))),
  );
  await calls(made, 1, 999, 200);
  expect(state(made)).toBe('half-open');
  await made.clock.advance(1);

  await calls(made, 1, 0, 200);

  expect(state(made)).toBe('closed');
  expect(hangs.state).toBe('pending');
  await made.clock.runAll();
});
