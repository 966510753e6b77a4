import { describe, expect, it, test } from '@jest/globals';
import { bench, networkError, outcome } from './policy-fixture.js';

describe('control by hand', () => {
  test.each(['open', 'close', 'reset'] as const)(
    '%s is reported with its author, before the breaker changes',
    (action) => {
      const { policy, events, told } = bench();
      if (action !== 'open') policy.breaker('a').open();
      expect(told('control')).toEqual([]);
      const before = events.length;
      policy.breaker('a')[action]({ by: 'alice' });
      expect(told('control').at(-1)).toEqual({ action, by: 'alice', mode: undefined });
      expect(events.slice(before).map(([name, { key }]) => [name, key])).toEqual([
        ['control', 'a'],
        ['breaker', 'a'],
      ]);
    },
  );

  it('is reported for a mode, without a key', () => {
    const { policy, events } = bench();
    policy.setMode('observe', { by: 'bob' });
    expect(events).toHaveLength(1);
    expect(events[0]).toEqual([
      'control',
      expect.objectContaining({ key: '', action: 'mode', by: 'bob', mode: 'observe' }),
    ]);
  });

  it('is not reported without a name, and with at most 200 characters of one', () => {
    const { policy, told } = bench();
    policy.breaker('a').open();
    policy.breaker('a').close({ by: '' });
    policy.setMode('observe');
    policy.setMode('enforce', {});
    policy.breaker('a').open({ by: 7 as never });
    policy.breaker('a').close({ by: 'x'.repeat(300) });
    expect(told('control').map(({ by }) => by)).toEqual(['x'.repeat(200)]);
  });

  it('is not reported for a breaker that the policy does not have', () => {
    const { policy, told } = bench({ breaker: false });
    policy.breaker('a').open({ by: 'alice' });
    policy.breaker('a').close({ by: 'alice' });
    expect(told('control')).toEqual([]);
  });
});

describe('the snapshot of a breaker', () => {
  const fail = () => Promise.reject(networkError());

  it('has the start of its state, and why it opened, until it closes', async () => {
    const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 2, successesToClose: 1 } });
    const shown = () => policy.snapshot().keys.default?.breaker;
    await outcome(clock, policy.execute(fail));
    expect(shown()).toMatchObject({ state: 'closed' });
    expect([shown()?.sinceMs, shown()?.opened]).toEqual([undefined, undefined]);
    await clock.advance(10);
    await outcome(clock, policy.execute(fail));
    const openedMs = clock.wallNow();
    const counts = { calls: 2, failures: 2, slow: 0 };
    const cause = { name: 'Error', code: 'ECONNRESET' };
    const opened = { why: 'consecutive-failures', counts, atMs: openedMs, cause };
    expect(shown()).toMatchObject({ state: 'open', sinceMs: openedMs, opened });
    expect(shown()?.opened).toStrictEqual(opened);

    await clock.advance(2_000);
    await outcome(clock, policy.execute(fail));
    expect(shown()).toMatchObject({ state: 'open', sinceMs: openedMs + 2_000, opened });

    await clock.advance(10_000);
    await outcome(
      clock,
      policy.execute(() => 'fine'),
    );
    expect(shown()).toMatchObject({ state: 'closed', sinceMs: openedMs + 12_000 });
    expect(shown()).not.toHaveProperty('opened');
  });

  it('reports that an operator opened it', async () => {
    const { clock, policy } = bench();
    policy.breaker('a').open();
    const openedMs = clock.wallNow();
    await clock.advance(500);
    expect(policy.snapshot().keys.a?.breaker).toMatchObject({
      state: 'forced-open',
      sinceMs: openedMs,
      opened: { why: 'forced-open', atMs: openedMs },
    });
  });
});
