import { expect, it } from '@jest/globals';
import { abortListeners, bench, outcome, throttledBench, watch } from '../../test/policy-fixture.js';
import { type CoolDownError, isCoolDown } from '../outcome/errors.js';
import { scripted } from '../testing/faults.js';
import { CoolDown } from './cool-down.js';

const busy = (seconds: number, status = 429) => ({ status, headers: { 'retry-after': String(seconds) } });
const once = { maxRetries: 0 };

it('holds every call of the key, not only the one that was throttled', async () => {
  const { clock, policy, told } = await throttledBench({}, 'a');
  await policy.execute(() => busy(5), { key: 'a', ...once });
  const server = scripted([{ value: 'fine' }], { clock });
  const held = [1, 2, 3].map(() => watch(policy.execute(server, { key: 'a' })));
  const other = watch(policy.execute(() => 'free', { key: 'b' }));
  await clock.advance(4_999);
  expect(held.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  expect(other.value).toBe('free');
  expect(policy.snapshot().keys.a?.coolDown).toEqual({ remainingMs: 1, waiting: 3 });
  await clock.runAll();
  expect(server.calls.map(({ atMs }) => atMs)).toEqual([5_250, 6_250, 7_250]);
  expect(told('coolDown')).toEqual([{ remainingMs: 5_000 }]);
});

it.each([0, 0.2, 0.999_999])('lets each call wait for up to a tenth of the hint longer: draw %d', async (draw) => {
  const { clock, policy } = await throttledBench({ random: () => draw });
  await policy.execute(() => busy(5), once);
  const server = scripted([{ value: 'fine' }], { clock });
  await outcome(clock, policy.execute(server));
  expect(server.calls[0]?.atMs).toBe(5_000 + 500 * draw);
});

it.each([429, 503])('is started by a %d with a hint', async (status) => {
  const { policy, told } = await throttledBench();
  await policy.execute(() => busy(5, status), once);
  expect(told('coolDown')).toEqual([{ remainingMs: 5_000 }]);
});

it('is started by an answer that came as an error', async () => {
  const { clock, policy } = await throttledBench();
  const error = Object.assign(new Error('Too many'), { response: busy(5) });
  await outcome(
    clock,
    policy.execute(() => Promise.reject(error), once),
  );
  expect(policy.snapshot().keys.default?.coolDown?.remainingMs).toBeGreaterThan(0);
});

it.each([
  ['another status', { status: 500, headers: { 'retry-after': '5' } }],
  ['a 429 without a hint', { status: 429, headers: {} }],
  ['a hint of nothing', busy(0)],
  ['a malformed hint', { status: 429, headers: { 'retry-after': 'later' } }],
])('is not started by %s', async (_what, answer) => {
  const { policy, told } = bench();
  await policy.execute(() => answer, once);
  expect(told('coolDown')).toEqual([]);
});

it('is off if it is switched off, and if hints are not respected', async () => {
  for (const options of [{ coolDown: false }, { retry: { respectRetryAfter: false } }] as const) {
    const { policy, told } = bench(options);
    await policy.execute(() => busy(5), once);
    expect(await policy.execute(() => 'fine')).toBe('fine');
    expect(told('coolDown')).toEqual([]);
  }
});

it('is obeyed by calls without retries, too', async () => {
  const { clock, policy } = await throttledBench({ retry: false });
  await policy.execute(() => busy(5));
  await outcome(
    clock,
    policy.execute(() => 'fine'),
  );
  expect(clock.now()).toBe(5_250);
});

it('lasts at most maxMs', async () => {
  const { clock, policy, told } = await throttledBench({ coolDown: { maxMs: 2_000 } });
  await policy.execute(() => busy(86_400), once);
  expect(told('coolDown')).toEqual([{ remainingMs: 2_000 }]);
  await outcome(
    clock,
    policy.execute(() => 'fine'),
  );
  expect(clock.now()).toBe(2_100);
});

it('is extended by a later hint, never shortened', async () => {
  const { clock, policy, told } = await throttledBench();
  const late = (seconds: number, delayMs: number) => scripted([{ ...busy(seconds), delayMs }], { clock });
  const calls = [late(5, 1), late(2, 10), late(9, 20)].map((server) => policy.execute(server, once));
  await clock.advance(20);
  await Promise.all(calls);
  expect(told('coolDown')).toEqual([{ remainingMs: 5_000 }, { remainingMs: 9_000 }]);
  const server = scripted([{ value: 'fine' }], { clock });
  await outcome(clock, policy.execute(server));
  expect(server.calls[0]?.atMs).toBeGreaterThanOrEqual(20 + 9_000);
  expect(server.calls[0]?.atMs).toBeLessThanOrEqual(20 + 9_900);
});

it('extends the wait of waiting calls by a later hint', async () => {
  const { clock, policy } = await throttledBench();
  const slow = watch(policy.execute(scripted([{ ...busy(9), delayMs: 50 }], { clock }), once));
  await clock.settle();
  await policy.execute(() => busy(2), once);
  const server = scripted([{ value: 'fine' }], { clock });
  await outcome(clock, policy.execute(server));
  expect(slow.state).toBe('value');
  expect(server.calls[0]?.atMs).toBe(50 + 9_450);
});

it('refuses calls beyond maxWaiting at once', async () => {
  const { clock, policy, told } = await throttledBench({ coolDown: { maxWaiting: 2 } });
  await policy.execute(() => busy(5), once);
  const calls = [1, 2, 3].map(() => watch(policy.execute(() => 'fine')));
  await clock.settle();
  expect(calls.map(({ state }) => state)).toEqual(['pending', 'pending', 'error']);
  expect(calls[2]?.value).toMatchObject({
    name: 'CoolDownError',
    code: 'ERR_COOL_DOWN',
    key: 'default',
    retryAfterMs: 5_000,
    message: '"default" asked to be left alone',
  });
  expect(told('reject')).toEqual([{ reason: 'cool-down', retryAfterMs: 5_000 }]);
  await clock.runAll();
});

it('refuses calls at once whose deadline comes before its end', async () => {
  const { clock, policy } = await throttledBench();
  await policy.execute(() => busy(5), once);
  const calls = [4_999, 5_000, 5_001].map((totalMs) => watch(policy.execute(() => 'fine', { timeouts: { totalMs } })));
  await clock.settle();
  expect(calls.map(({ state }) => state)).toEqual(['error', 'error', 'pending']);
  expect(isCoolDown(calls[0]?.value)).toBe(true);
  await clock.runAll();
  expect(calls[2]?.value).toBe('fine');
});

it('refuses calls at once if its end is beyond maxElapsedMs', async () => {
  const { clock, policy } = await throttledBench();
  await policy.execute(() => busy(31), once);
  expect(
    isCoolDown(
      await outcome(
        clock,
        policy.execute(() => 'fine'),
      ),
    ),
  ).toBe(true);
  expect(clock.now()).toBe(0);
});

it('names the answer that started it as the cause, without its body', async () => {
  const { clock, policy } = await throttledBench({ coolDown: { maxWaiting: 0 } });
  await policy.execute(() => ({ ...busy(5, 503), body: 'secret' }), once);
  const error = (await outcome(
    clock,
    policy.execute(() => 'fine'),
  )) as CoolDownError;
  expect(error.cause).toMatchObject({ name: 'FailedResponseError', status: 503 });
});

it('is lifted by a reset, which ends all waits at once', async () => {
  const { clock, policy, told } = await throttledBench();
  await policy.execute(() => busy(5), once);
  const calls = [1, 2].map(() => watch(policy.execute(() => 'fine')));
  await clock.advance(1_000);
  policy.breaker('default').reset();
  await clock.settle();
  expect(calls.map(({ value }) => value)).toEqual(['fine', 'fine']);
  expect(clock.pending).toBe(0);
  expect(told('coolDown')).toEqual([{ remainingMs: 5_000 }, { remainingMs: 0 }]);
  policy.breaker('default').reset();
  expect(told('coolDown')).toHaveLength(2);
});

it('leaves no timer or listener of a caller that cancels', async () => {
  const { clock, policy } = await throttledBench();
  await policy.execute(() => busy(5), once);
  const controller = new AbortController();
  const call = watch(policy.execute(() => 'fine', { signal: controller.signal }));
  await clock.advance(1_000);
  controller.abort('enough');
  await clock.settle();
  expect(call.value).toBe('enough');
  expect(policy.snapshot().keys.default?.coolDown?.waiting).toBe(0);
  expect([clock.pending, abortListeners(controller.signal)]).toEqual([0, 0]);
});

it('waits in pieces if it is longer than a timer can be', async () => {
  const { clock, policy } = await throttledBench({
    coolDown: { maxMs: 2 ** 33 },
    retry: { maxElapsedMs: Number.POSITIVE_INFINITY },
    random: () => 0,
  });
  const days = 60;
  await policy.execute(() => busy(days * 86_400), once);
  const server = scripted([{ value: 'fine' }], { clock });
  const call = watch(policy.execute(server));
  await clock.runAll(10);
  expect(call.value).toBe('fine');
  expect(server.calls[0]?.atMs).toBe(days * 86_400_000);
});

it('keeps the later end if it gets an earlier one', () => {
  const first = { name: 'HTTPError', code: undefined, status: 429 };
  const coolDown = new CoolDown();
  expect(coolDown.remainingMs(0)).toBe(0);
  expect(coolDown.nextTurn(0, 100)).toEqual({ waitMs: 0, spreadMs: 0 });
  expect(coolDown.start(0, 0, first)).toBe(false);
  expect(coolDown.start(-5, 0, first)).toBe(false);
  expect(coolDown.start(100, 10, first)).toBe(true);
  expect(coolDown.start(50, 20, { ...first, status: 503 })).toBe(false);
  expect([coolDown.remainingMs(20), coolDown.cause]).toEqual([90, first]);
  coolDown.lift();
  expect([coolDown.remainingMs(20), coolDown.cause]).toEqual([0, undefined]);
});

it.each([429, 503])('is not started by one call that gets %d again and again', async (status) => {
  const { clock, policy, told } = bench({ breaker: false });
  const call = watch(policy.execute(scripted([busy(2, status)], { clock })));
  await clock.runAll();
  expect(call.value).toMatchObject({ status });
  expect(told('coolDown')).toEqual([]);
});

it.each([
  ['at once', 0],
  ['a moment too early', 1_999],
])('is not started by two calls that are throttled one after the other: %s', async (_what, ms) => {
  const { clock, policy, told } = bench();
  await policy.execute(() => busy(60), once);
  await clock.advance(ms);
  await policy.execute(() => busy(60), once);
  expect(told('coolDown')).toEqual([]);
  expect(await policy.execute(() => 'fine')).toBe('fine');
});

it('is not started while other calls of the key are served, even with a 404', async () => {
  for (const served of [
    { status: 200, headers: {} },
    { status: 404, headers: {} },
  ]) {
    const { clock, policy, told } = bench();
    for (let call = 0; call < 20; call += 1) {
      await policy.execute(() => busy(60), once);
      await clock.advance(900);
      await policy.execute(() => served, once);
      await clock.advance(900);
    }
    expect(told('coolDown')).toEqual([]);
  }
});

it('waits for ten usual times between two answers on a key that serves some of its tenants', async () => {
  const { clock, policy, told } = bench();
  for (let call = 0; call < 200; call += 1) {
    await policy.execute(() => 'fine');
    await clock.advance(1_000);
  }
  const throttledFor = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      await policy.execute(() => busy(60), once);
      await clock.advance(500);
    }
  };
  await throttledFor(9_500);
  expect(told('coolDown')).toEqual([]);
  await throttledFor(1_000);
  expect(told('coolDown')).toHaveLength(1);
});

it('admits waiting calls at half of the key’s rate, in addition to new calls', async () => {
  const { clock, policy } = bench({ random: () => 0, coolDown: { maxWaiting: 1_000 } });
  // 100 calls a second, throttled for three seconds; each call holds itself until the key is held.
  const server = scripted([{ value: 'fine' }], { clock });
  const calls = [];
  for (let call = 0; call < 700; call += 1) {
    const isThrottled = clock.now() >= 2_000 && clock.now() < 4_100;
    calls.push(watch(policy.execute(isThrottled ? () => busy(1) : server, once)));
    await clock.advance(10);
  }
  await clock.runAll();
  const ends = calls.filter(({ value }) => value === 'fine').length;
  const back = server.calls.filter(({ atMs }) => atMs > 4_100).map(({ atMs }) => atMs);
  const perHalfSecond = Array.from(
    { length: 10 },
    (_, n) => back.filter((ms) => Math.floor((ms - 4_100) / 500) === n).length,
  );
  expect(ends).toBe(server.calls.length);
  expect(Math.max(...perHalfSecond)).toBeLessThanOrEqual(77);
});

it('is waited for no longer than the client itself allows the call', async () => {
  const { clock, policy } = await throttledBench();
  await policy.execute(() => busy(5), once);
  const calls = [4_999, 5_000].map((clientTimeoutMs) => watch(policy.execute(() => 'fine', { clientTimeoutMs })));
  await clock.settle();
  expect(calls.map(({ state }) => state)).toEqual(['error', 'pending']);
  expect(isCoolDown(calls[0]?.value)).toBe(true);
  await clock.runAll();
  expect(calls[1]?.value).toBe('fine');
});

it('is not waited for by a retry longer than the client would, unless the call itself got the hint', async () => {
  const { clock, policy } = await throttledBench();
  const other = watch(policy.execute(scripted([{ status: 500, delayMs: 10 }], { clock }), { clientTimeoutMs: 1_000 }));
  const own = watch(policy.execute(scripted([busy(5), { value: 'fine' }], { clock }), { clientTimeoutMs: 1_000 }));
  await clock.runAll();
  expect(other.value).toMatchObject({ status: 500 });
  expect(clock.now()).toBeGreaterThanOrEqual(5_000);
  expect(own.value).toBe('fine');
});

it('begins the turns of a fleet at a moment of its own, within a turn and three times the hint', () => {
  const turns = (everyMs: number, firstAt: number): number[] => {
    const coolDown = new CoolDown();
    coolDown.start(1_000, 0, undefined);
    return [1, 2].map(() => {
      const { waitMs } = coolDown.nextTurn(0, everyMs, firstAt);
      coolDown.takeTurn(0, waitMs);
      return waitMs;
    });
  };
  expect(turns(500, 0)).toEqual([1_000, 1_500]);
  expect(turns(500, 0.5)).toEqual([1_250, 1_750]);
  expect(turns(60_000, 0.5)).toEqual([2_500, 62_500]);
});

it('has turns after its end as long as turns that were given away remain', () => {
  const coolDown = new CoolDown();
  expect(coolDown.turnAfterEnd(0)).toBeUndefined();
  coolDown.start(1_000, 0, undefined);
  coolDown.nextTurn(0, 500);
  coolDown.takeTurn(0, 1_500);
  expect(coolDown.turnAfterEnd(999)).toBeUndefined();
  expect(coolDown.turnAfterEnd(1_200)).toEqual({ waitMs: 800, spreadMs: 100 });
  expect(coolDown.turnAfterEnd(1_500)).toBeUndefined();
});
