import { describe, expect, it } from '@jest/globals';
import { type Clock, MAX_TIMER_MS, type Timer } from '../src/host/clock.js';
import type { PolicyOptions } from '../src/options/options.js';
import type { Policy } from '../src/policy/policy-port.js';
import { createPolicy } from '../src/policy.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, outcome, steady, throttle, throttledBench, watch } from './policy-fixture.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A host's clock with everything that can be wrong about one. Its timers do not follow `now()`. */
class BadClock implements Clock {
  nowMs = 1_000_000;
  wallMs = Date.UTC(2026, 4, 17, 10, 20, 30);
  readonly delays: number[] = [];
  #timers: { readonly task: () => void; leftMs: number }[] = [];

  now = () => this.nowMs;
  wallNow = () => this.wallMs;

  get pending(): number {
    return this.#timers.length;
  }

  schedule(task: () => void, delayMs: number): Timer {
    const timer = { task, leftMs: delayMs };
    this.delays.push(delayMs);
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /**
   * Both clocks go on, and what has fallen due meanwhile runs afterwards, all at once: each timer late, the earliest
   * first.
   */
  async sleep(ms: number): Promise<void> {
    this.nowMs += ms;
    this.wallMs += ms;
    for (const timer of this.#timers) timer.leftMs -= ms;
    await this.#runDue();
  }

  async runAll(): Promise<void> {
    for (let rounds = 0; this.#timers.length > 0 && rounds < 1_000; rounds += 1) {
      await this.sleep(Math.max(0, Math.min(...this.#timers.map(({ leftMs }) => leftMs))));
    }
    await macrotask();
  }

  async #runDue(): Promise<void> {
    await macrotask();
    const due = this.#timers.filter(({ leftMs }) => leftMs <= 0).sort((a, b) => a.leftMs - b.leftMs);
    for (const timer of due) {
      if (!this.#timers.includes(timer)) continue;
      this.#timers = this.#timers.filter((other) => other !== timer);
      timer.task();
      // A host runs what waits for promises between two timers.
      await macrotask();
    }
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function policyOn(clock: Clock, options: PolicyOptions = {}): Policy {
  const retry = options.retry === false ? false : { backoff: steady, ...options.retry };
  return createPolicy({ mode: 'enforce', clock, random: () => 0.5, keyIdleMs: 1e12, ...options, retry });
}

/** Nothing is left, and no timer was ever one that a host could not keep. */
function expectCalm(clock: BadClock, policy: Policy): void {
  expect(clock.pending).toBe(0);
  expect(clock.delays.filter((ms) => !(ms >= 0 && ms <= MAX_TIMER_MS))).toEqual([]);
  const { inFlight, limit, coolDown } = policy.snapshot().keys.default ?? {};
  expect([inFlight, limit?.inFlight ?? 0, limit?.waiting ?? 0, coolDown?.waiting]).toEqual([0, 0, 0, 0]);
}

describe('a laptop that sleeps for eight hours', () => {
  it('in a backoff: the retry comes too late, and the call ends with the answer that it had', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock);
    const server = scripted([{ status: 503 }, { value: 'too late' }], { clock });
    const call = watch(policy.execute(server));
    await macrotask();
    await clock.sleep(8 * HOUR);
    expect(call).toMatchObject({ state: 'value', value: { status: 503 } });
    expect(reportOf(call.value)).toMatchObject({ attempts: 1, stopReason: 'elapsed', elapsedMs: 8 * HOUR });
    expect(server.calls).toHaveLength(1);
    expectCalm(clock, policy);
  });

  it('in a backoff with a deadline: no attempt begins after it', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock, { timeouts: { totalMs: 5_000 }, retry: { maxElapsedMs: Number.POSITIVE_INFINITY } });
    const server = scripted([{ status: 503 }, { value: 'too late' }], { clock });
    const call = watch(policy.execute(server));
    await macrotask();
    await clock.sleep(8 * HOUR);
    expect(call).toMatchObject({ state: 'value', value: { status: 503 } });
    expect(reportOf(call.value)).toMatchObject({ attempts: 1, stopReason: 'deadline' });
    expect(server.calls).toHaveLength(1);
    expectCalm(clock, policy);
  });

  it('in a backoff without bounds: the retry is made', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock, { retry: { maxElapsedMs: Number.POSITIVE_INFINITY } });
    const call = watch(policy.execute(scripted([{ status: 503 }, { value: 'better late' }], { clock })));
    await macrotask();
    await clock.sleep(8 * HOUR);
    expect(call).toEqual({ state: 'value', value: 'better late' });
    expectCalm(clock, policy);
  });

  it('in a cool-down: a call without an answer gets an attempt, a call with a deadline gets an error', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock);
    await throttle(policy);
    await clock.sleep(2_000);
    await policy.execute(() => ({ status: 429, headers: { 'retry-after': '20' } }), { maxRetries: 0 });
    const patient = watch(policy.execute(() => 'good'));
    const hurried = watch(policy.execute(() => 'never', { timeouts: { totalMs: 25_000 } }));
    await macrotask();
    await clock.sleep(8 * HOUR);
    await clock.runAll();
    expect(patient).toEqual({ state: 'value', value: 'good' });
    expect(hurried).toMatchObject({ state: 'error', value: { code: 'ERR_DEADLINE_EXCEEDED' } });
    expectCalm(clock, policy);
  });

  it('in a queue and in attempts with and without a time limit', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock, { limit: { kind: 'fixed', concurrency: 1, maxQueueMs: 1_000 }, retry: false });
    const slow = watch(policy.execute(scripted([{ hang: true }]), { timeouts: { attemptMs: 60_000 } }));
    const queued = watch(policy.execute(() => 'never'));
    await macrotask();
    await clock.sleep(8 * HOUR);
    expect(slow).toMatchObject({ state: 'error', value: { code: 'ERR_ATTEMPT_TIMEOUT' } });
    expect(queued).toMatchObject({ state: 'error', value: { code: 'ERR_LIMITED' } });
    const next = watch(policy.execute(() => 'good'));
    await clock.runAll();
    expect(next).toEqual({ state: 'value', value: 'good' });
    expectCalm(clock, policy);
  });

  it('with a circuit open, a probe out, the budget spent and a cool-down on: all recover', async () => {
    const clock = new BadClock();
    const policy = policyOn(clock, {
      breaker: { consecutiveFailures: 1, consecutiveForMs: 0, openMs: 1_000 },
      budget: { ratio: 0, minRetriesPerSecond: 0.1, windowMs: 10_000 },
    });
    policy.breaker('default').reset();
    const budget = () => policy.snapshot().keys.default?.budget?.available;
    const spender = policy.execute(scripted([{ status: 409 }]), { statuses: [409], maxRetries: 9 });
    await macrotask();
    await clock.runAll();
    await spender;
    expect(budget()).toBe(0);
    await policy.execute(scripted([{ error: 'ECONNRESET' }]), { maxRetries: 0 }).catch(() => {});
    await clock.sleep(1_200);
    const lost = policy.begin();
    expect(lost.admit()).toMatchObject({ admitted: true });
    expect(policy.begin().admit()).toMatchObject({ admitted: false, stopReason: 'circuit-open' });
    await clock.sleep(8 * HOUR);
    expect(budget()).toBe(1);
    for (let round = 0; round < 2; round += 1) expect(await policy.execute(() => 'good')).toBe('good');
    expect(policy.breaker('default').state).toBe('closed');
    lost.end();
  });
});

describe.each([
  ['back', -3 * DAY],
  ['forward', 3 * DAY],
])('a wall clock that jumps %s by three days', (_way, jumpMs) => {
  it('changes no wait, no open circuit and no cool-down', async () => {
    const { clock, policy } = bench({ breaker: { consecutiveFailures: 2 } });
    const server = scripted([{ status: 503 }, { value: 'good' }], { clock });
    const call = watch(policy.execute(server));
    await clock.advance(50);
    clock.setWall(clock.wallNow() + jumpMs);
    await clock.advance(49);
    expect(call.state).toBe('pending');
    await clock.advance(1);
    expect(call).toEqual({ state: 'value', value: 'good' });

    for (let n = 0; n < 2; n += 1) await outcome(clock, policy.execute(scripted([{ status: 500 }]), { maxRetries: 0 }));
    clock.setWall(clock.wallNow() - jumpMs);
    expect(policy.snapshot().keys.default?.breaker?.openRemainingMs).toBe(1_050);
    await clock.advance(1_050);
    expect(
      await outcome(
        clock,
        policy.execute(() => 'probe'),
      ),
    ).toBe('probe');
    await throttle(policy, 'held');
    await clock.advance(2_000);
    await policy.execute(() => ({ status: 429, headers: { 'retry-after': '9' } }), { maxRetries: 0, key: 'held' });
    clock.setWall(clock.wallNow() + jumpMs);
    expect(policy.snapshot().keys.held?.coolDown?.remainingMs).toBe(9_000);
  });

  it('turns a date into a bounded wait, or none', async () => {
    const { clock, policy } = await throttledBench();
    const inTenSeconds = new Date(clock.wallNow() + 10_000).toUTCString();
    clock.setWall(clock.wallNow() + jumpMs);
    const answer = await outcome(
      clock,
      policy.execute(() => ({ status: 503, headers: { 'retry-after': inTenSeconds } })),
    );
    const back = jumpMs < 0;
    expect(reportOf(answer)).toMatchObject(back ? { attempts: 1, stopReason: 'retry-after' } : { attempts: 4 });
    expect(policy.snapshot().keys.default?.coolDown?.remainingMs).toBe(back ? 300_000 : 0);
  });
});

describe.each([
  ['goes back by a day', (ms: number) => ms - DAY],
  ['goes forward by a day', (ms: number) => ms + DAY],
] as const)('a monotonic clock that is not monotonic: %s', (_what, broken) => {
  it.each(['backoff', 'cool-down', 'queue', 'attempt'])('in a %s: every call ends, and all recover', async (place) => {
    const clock = new BadClock();
    const policy = policyOn(clock, {
      breaker: { consecutiveFailures: 3, openMs: 1_000, consecutiveForMs: 0 },
      limit: { kind: 'fixed', concurrency: 1, queue: 5, maxQueueMs: 1_000 },
      timeouts: { attemptMs: 2_000, totalMs: 60_000 },
    });
    const script = {
      backoff: [{ status: 500 }, { value: 1 }],
      'cool-down': [{ status: 429, headers: { 'retry-after': '3' } }, { value: 1 }],
      queue: [{ value: 1, delayMs: 500 }],
      attempt: [{ hang: true }],
    }[place] as Parameters<typeof scripted>[0];
    const calls = Array.from({ length: 4 }, () => watch(policy.execute(scripted(script, { clock }))));
    await clock.sleep(1);
    const { nowMs } = clock;
    clock.nowMs = broken(nowMs);
    calls.push(...Array.from({ length: 4 }, () => watch(policy.execute(scripted(script, { clock })))));
    await clock.runAll();
    if (!Number.isFinite(clock.nowMs)) clock.nowMs = nowMs;
    await clock.runAll();
    expect(calls.filter(({ state }) => state === 'pending')).toEqual([]);
    expectCalm(clock, policy);

    // By hand at once, and by itself when the clock has caught up.
    clock.nowMs = Math.max(clock.nowMs, nowMs + HOUR);
    await outcomeOf(
      clock,
      policy.execute(() => 'good'),
    );
    policy.breaker('default').reset();
    expect(
      await outcomeOf(
        clock,
        policy.execute(() => 'good'),
      ),
    ).toBe('good');
    expect(policy.snapshot().keys.default).toMatchObject({
      breaker: { state: 'closed', openRemainingMs: 0 },
      coolDown: { remainingMs: 0 },
    });
    expectCalm(clock, policy);
  });
});

async function outcomeOf(clock: BadClock, promise: Promise<unknown>): Promise<unknown> {
  const seen = watch(promise);
  await clock.runAll();
  return seen.value;
}
