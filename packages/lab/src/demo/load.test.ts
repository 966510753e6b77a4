import { CircuitOpenError } from '@breakwater/core';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Caller } from './clients.js';
import { startLoad, warmUp } from './load.js';
import type { PhaseName } from './scenario.js';
import { SideTally } from './tally.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

const answering: Caller = async () => {};
const hanging: Caller = (_, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

const side = (...callers: readonly Caller[]) => ({ callers, tally: new SideTally() });

describe('the load', () => {
  test('is the same on both sides, at the rate that is asked for', async () => {
    const [a, b] = [side(answering), side(answering)];
    const load = startLoad([a, b], 80, () => 'calm');

    await jest.advanceTimersByTimeAsync(10_000);
    await load.finish(0);

    expect([a.tally.total.calls, b.tally.total.calls]).toEqual([800, 800]);
  });

  test('is shared evenly by the callers of a side', async () => {
    const calls = [0, 0];
    const counting = [0, 1].map(
      (index): Caller =>
        async () => {
          calls[index] = (calls[index] ?? 0) + 1;
        },
    );
    const load = startLoad([side(...counting)], 80, () => 'calm');

    await jest.advanceTimersByTimeAsync(1_000);
    await load.finish(0);

    expect(calls).toEqual([40, 40]);
  });

  test('does not make up for a stall with a burst', async () => {
    const only = side(answering);
    const load = startLoad([only], 80, () => 'calm');

    await jest.advanceTimersByTimeAsync(1_000);
    const before = only.tally.total.calls;
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000);
    await jest.advanceTimersByTimeAsync(5);
    await load.finish(0);

    expect(only.tally.total.calls - before).toBeLessThanOrEqual(4);
  });

  test('counts a call in the phase in which it began, by its end', async () => {
    let phase: PhaseName = 'calm';
    const refusing: Caller = () => Promise.reject(new CircuitOpenError('key', 100, undefined));
    const failing: Caller = () => Promise.reject(new Error('no answer'));
    const [a, b] = [side(refusing), side(failing)];
    const load = startLoad([a, b], 100, () => phase);

    await jest.advanceTimersByTimeAsync(100);
    phase = 'outage';
    await jest.advanceTimersByTimeAsync(100);
    await load.finish(0);

    expect(a.tally.phase('calm')).toMatchObject({ calls: 10, refused: 10, failed: 0 });
    expect(b.tally.phase('outage')).toMatchObject({ calls: 10, refused: 0, failed: 10 });
  });

  test('ends in time: calls that hang are cancelled and count as failed, and no new ones are made', async () => {
    const only = side(hanging);
    const load = startLoad([only], 10, () => 'outage');
    await jest.advanceTimersByTimeAsync(1_000);

    const finished = load.finish(5_000);
    await jest.advanceTimersByTimeAsync(4_999);
    expect(only.tally.total.ended).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    await finished;

    expect(only.tally.total).toMatchObject({ calls: 10, failed: 10 });
    expect(jest.getTimerCount()).toBe(0);
  });

  test('is warmed up with calls that are not counted, whether they succeed or fail', async () => {
    const only = side(answering, () => Promise.reject(new Error('no answer')));

    await warmUp([only], new AbortController().signal);

    expect(only.tally.total.calls).toBe(0);
  });
});
