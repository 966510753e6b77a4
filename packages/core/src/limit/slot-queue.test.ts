import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abortListeners, watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { SlotQueue } from './slot-queue.js';

let clock: ManualClock;
let queue: SlotQueue;

beforeEach(() => {
  clock = new ManualClock();
  queue = new SlotQueue();
});

afterEach(() => {
  expect([clock.pending, queue.length]).toEqual([0, 0]);
});

const waitFor = (maxMs: number, signal?: AbortSignal) => watch(queue.wait(clock, maxMs, signal));

it('serves attempts in the order of their arrival', async () => {
  const waiting = [1, 2, 3].map(() => waitFor(100));
  for (const served of [1, 2, 3]) {
    expect(queue.admitNext()).toBe(true);
    await clock.settle();
    expect(waiting.map(({ value }) => value)).toEqual([1, 2, 3].map((place) => (place <= served ? true : undefined)));
    expect(queue.length).toBe(3 - served);
  }
});

it('returns false if none waits', () => {
  expect(queue.admitNext()).toBe(false);
});

it('lets each attempt wait for its own time, to the millisecond', async () => {
  const waiting = [50, 20, 30].map((maxMs) => waitFor(maxMs));
  await clock.advance(19);
  expect(waiting.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
  await clock.advance(1);
  expect(waiting.map(({ value }) => value)).toEqual([undefined, false, undefined]);
  await clock.advance(10);
  expect(queue.length).toBe(1);
  await clock.advance(20);
  expect(waiting.map(({ value }) => value)).toEqual([false, false, false]);
});

it('gives the slot of an attempt whose time is up to the next', async () => {
  const waiting = [10, 100].map((maxMs) => waitFor(maxMs));
  await clock.advance(10);
  queue.admitNext();
  await clock.settle();
  expect(waiting.map(({ value }) => value)).toEqual([false, true]);
});

it('removes an attempt that aborts, and its listener on the signal', async () => {
  const controller = new AbortController();
  const waiting = [waitFor(100, controller.signal), waitFor(100)];
  expect(abortListeners(controller.signal)).toBe(1);
  controller.abort();
  await clock.settle();
  expect(waiting.map(({ value }) => value)).toEqual([false, undefined]);
  expect([queue.length, clock.pending, abortListeners(controller.signal)]).toEqual([1, 1, 0]);
  queue.admitNext();
  await clock.settle();
  expect(waiting[1]?.value).toBe(true);
});

it('does not queue an attempt that has been aborted', async () => {
  const signal = AbortSignal.abort();
  const waiting = waitFor(100, signal);
  expect([queue.length, clock.pending, abortListeners(signal)]).toEqual([0, 0, 0]);
  await clock.settle();
  expect(waiting.value).toBe(false);
});

it('ignores an abort that comes after the slot', async () => {
  const controller = new AbortController();
  const waiting = waitFor(100, controller.signal);
  queue.admitNext();
  expect([clock.pending, abortListeners(controller.signal)]).toEqual([0, 0]);
  controller.abort();
  await clock.settle();
  expect(waiting.value).toBe(true);
});

it('ignores an abort that comes after the time is up', async () => {
  const controller = new AbortController();
  const waiting = waitFor(100, controller.signal);
  await clock.advance(100);
  expect(abortListeners(controller.signal)).toBe(0);
  controller.abort();
  await clock.settle();
  expect(waiting.value).toBe(false);
});

it('lets an attempt join the queue while another is released', async () => {
  const controllers = [new AbortController(), new AbortController()];
  const first = waitFor(100, controllers[0]?.signal);
  controllers[0]?.abort();
  const second = waitFor(100, controllers[1]?.signal);
  expect(queue.length).toBe(1);
  queue.admitNext();
  await clock.settle();
  expect([first.value, second.value]).toEqual([false, true]);
});

it('gives each slot once, in order, whatever happens in between', async () => {
  const happening = fc.oneof(
    fc.record({ kind: fc.constant('join' as const), maxMs: fc.nat(30) }),
    fc.record({ kind: fc.constant('give' as const) }),
    fc.record({ kind: fc.constant('abort' as const), who: fc.nat(30) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(10) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 40 }), async (happenings) => {
      const waiting: { seen: { value: unknown }; controller: AbortController; expected: boolean | undefined }[] = [];
      const untilMs: number[] = [];
      for (const event of happenings) {
        const open = waiting.findIndex(({ expected }) => expected === undefined);
        if (event.kind === 'join') {
          const controller = new AbortController();
          untilMs.push(clock.now() + event.maxMs);
          waiting.push({ seen: waitFor(event.maxMs, controller.signal), controller, expected: undefined });
        } else if (event.kind === 'give') {
          expect(queue.admitNext()).toBe(open !== -1);
          if (open !== -1) Object.assign(waiting[open] as object, { expected: true });
        } else if (event.kind === 'abort') {
          const one = waiting[event.who];
          one?.controller.abort();
          if (one !== undefined) one.expected ??= false;
        } else {
          await clock.advance(event.ms);
          for (const [index, one] of waiting.entries()) {
            if ((untilMs[index] as number) <= clock.now()) one.expected ??= false;
          }
        }
        await clock.settle();
        expect(waiting.map(({ seen }) => seen.value)).toEqual(waiting.map(({ expected }) => expected));
        expect(queue.length).toBe(waiting.filter(({ expected }) => expected === undefined).length);
      }
      await clock.runAll();
      expect(waiting.map(({ controller }) => abortListeners(controller.signal))).toEqual(waiting.map(() => 0));
    }),
    { numRuns: 50 },
  );
});
