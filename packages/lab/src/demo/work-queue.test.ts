import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { scenario } from './scenario.js';
import { WorkQueue } from './work-queue.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const conditions = { slots: 2, serviceMs: 40, queue: 3, quota: undefined, down: false };

/** A queue in which every piece of work takes 40 ms. */
function queueWith(count: number) {
  const queue = new WorkQueue(conditions, () => 0.5);
  const done: number[] = [];
  const accepted = Array.from({ length: count }, (_, index) => queue.submit(() => done.push(index)));
  return { queue, done, accepted };
}

test('works on as many requests as it has slots, in their order', () => {
  const { queue, done } = queueWith(5);
  expect([queue.inService, queue.queued]).toEqual([2, 3]);

  jest.advanceTimersByTime(40);
  expect(done).toEqual([0, 1]);
  expect([queue.inService, queue.queued]).toEqual([2, 1]);

  jest.advanceTimersByTime(80);
  expect(done).toEqual([0, 1, 2, 3, 4]);
  expect([queue.inService, queue.queued]).toEqual([0, 0]);
});

test('accepts no more requests than its queue holds', () => {
  expect(queueWith(7).accepted).toEqual([true, true, true, true, true, false, false]);
});

test('uses new slots at once, and removed ones until their work is done', () => {
  const { queue, done } = queueWith(5);

  queue.change({ ...conditions, slots: 4 });
  expect([queue.inService, queue.queued]).toEqual([4, 1]);

  queue.change({ ...conditions, slots: 1 });
  jest.advanceTimersByTime(40);
  expect(done).toHaveLength(4);
  expect([queue.inService, queue.queued]).toEqual([1, 0]);
});

test('forgets everything when it is dropped', () => {
  const { queue, done } = queueWith(5);

  queue.drop();
  jest.advanceTimersByTime(1_000);

  expect(done).toEqual([]);
  expect([queue.inService, queue.queued]).toEqual([0, 0]);
});

test('takes the service time on average, give or take a quarter', () => {
  const [calm] = scenario(30);
  if (calm === undefined) throw new Error('no phase');
  const served = [0, 0.999_999].map((random) => {
    const queue = new WorkQueue(calm.conditions, () => random);
    const startedMs = Date.now();
    let tookMs = 0;
    queue.submit(() => {
      tookMs = Date.now() - startedMs;
    });
    jest.runAllTimers();
    return tookMs / calm.conditions.serviceMs;
  });

  expect(served[0]).toBeCloseTo(0.75, 1);
  expect(served[1]).toBeCloseTo(1.25, 1);
});
