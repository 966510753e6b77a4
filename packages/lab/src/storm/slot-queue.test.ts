import { expect, test } from '@jest/globals';
import { SlotQueue } from './slot-queue.js';

function queueOf(slots: number, serviceMs: number): SlotQueue<string> {
  const queue = new SlotQueue<string>();
  queue.setPace(slots, serviceMs, 0);
  return queue;
}

/** Goes from event to event, and records when each job was done. */
function ends(queue: SlotQueue<string>, fromMs: number): [string, number][] {
  const done: [string, number][] = [];
  let now = fromMs;
  for (;;) {
    for (const work of queue.advance(now)) done.push([work, now]);
    const next = queue.nextAtMs();
    if (next === undefined) return done;
    now = Math.max(now, next);
  }
}

test('jobs run side by side in the slots and wait in line for them', () => {
  const queue = queueOf(2, 10);
  for (const job of ['a', 'b', 'c', 'd', 'e']) queue.add(job, 0);
  expect(ends(queue, 0)).toEqual([
    ['a', 10],
    ['b', 10],
    ['c', 20],
    ['d', 20],
    ['e', 30],
  ]);
});

test('a late look at the clock costs no capacity', () => {
  const queue = queueOf(1, 10);
  for (const job of ['a', 'b', 'c']) queue.add(job, 0);
  expect(queue.advance(0)).toEqual([]);
  expect(queue.advance(25)).toEqual(['a', 'b']);
  expect(queue.nextAtMs()).toBe(30);
});

test('idle slots save up no capacity: a job begins when it comes', () => {
  const queue = queueOf(1, 10);
  queue.advance(500);
  queue.add('a', 500);
  expect(ends(queue, 500)).toEqual([['a', 510]]);
});

test('a new pace applies to new jobs', () => {
  const queue = queueOf(1, 100);
  for (const job of ['slow', 'fast']) queue.add(job, 0);
  queue.advance(0);
  queue.setPace(1, 10, 50);
  expect(ends(queue, 50)).toEqual([
    ['slow', 100],
    ['fast', 110],
  ]);
});

test('added slots begin at once, and without slots the queue stands still', () => {
  const queue = queueOf(0, 10);
  queue.add('a', 0);
  queue.add('b', 0);
  expect(ends(queue, 1_000)).toEqual([]);
  expect(queue.delayOf(1_000)).toBe(Number.POSITIVE_INFINITY);
  queue.setPace(1, 10, 1_000);
  expect(ends(queue, 1_000)).toEqual([
    ['a', 1_010],
    ['b', 1_020],
  ]);
});

test('the delay of a newcomer is its wait for a slot and its service', () => {
  const queue = queueOf(2, 10);
  expect(queue.delayOf(0)).toBe(10);
  for (const job of ['a', 'b', 'c', 'd']) queue.add(job, 0);
  queue.advance(0);
  expect([queue.waiting, queue.delayOf(4)]).toEqual([2, 26]);
});

test('cleared jobs are never done', () => {
  const queue = queueOf(1, 10);
  for (const job of ['a', 'b']) queue.add(job, 0);
  queue.advance(0);
  queue.clear();
  queue.add('c', 5);
  expect(ends(queue, 5)).toEqual([['c', 15]]);
});

test('a long line is served to its end', () => {
  const queue = queueOf(10, 10);
  for (let job = 0; job < 5_000; job += 1) queue.add(`${job}`, 0);
  const done = ends(queue, 0);
  expect(done.map(([job]) => Number(job))).toEqual(Array.from({ length: 5_000 }, (_, job) => job));
  expect(done.at(-1)?.[1]).toBe(5_000);
});
