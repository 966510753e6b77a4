import { expect, it } from '@jest/globals';
import { abortListeners } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { abortable, linkedAbort, onAbort } from './abort.js';
import { pause } from './pause.js';

const never = () => {
  throw new Error('must not be called');
};

it('links a signal to others: the first to abort gives the reason', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const linked = linkedAbort(first.signal, undefined, second.signal);
  second.abort('second');
  first.abort('first');
  expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, 'second']);
  expect([first, second].map(({ signal }) => abortListeners(signal))).toEqual([0, 0]);
});

it('links to a signal that has fired already, without a listener on the others', () => {
  const open = new AbortController();
  const linked = linkedAbort(open.signal, AbortSignal.abort('gone'));
  expect(linked.signal.reason).toBe('gone');
  expect(abortListeners(open.signal)).toBe(0);
});

it('removes its listeners when unlinked, even more than once', () => {
  const parent = new AbortController();
  const linked = linkedAbort(parent.signal);
  expect(abortListeners(parent.signal)).toBe(1);
  linked.unlink();
  linked.unlink();
  expect(abortListeners(parent.signal)).toBe(0);
  parent.abort();
  expect(linked.signal.aborted).toBe(false);
  linked.abort('own');
  expect(linked.signal.reason).toBe('own');
});

it('calls an abort listener once, at once if the signal has fired', () => {
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  onAbort(AbortSignal.abort(), count)();
  expect(calls).toBe(1);
  const controller = new AbortController();
  onAbort(controller.signal, count);
  controller.abort();
  controller.abort();
  expect(calls).toBe(2);
  const other = new AbortController();
  onAbort(other.signal, never)();
  other.abort();
});

const neverLate = { value: never, error: never };

it('settles as the promise does if the signal does not fire', async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(5), signal, neverLate)).toBe(5);
  await expect(abortable(Promise.reject(new Error('no')), signal, neverLate)).rejects.toThrow('no');
  expect(abortListeners(signal)).toBe(0);
});

it('rejects with the signal’s reason, and passes on a later value', async () => {
  const controller = new AbortController();
  const late: unknown[] = [];
  let resolve: (value: string) => void = () => {};
  const raced = abortable(
    new Promise<string>((done) => {
      resolve = done;
    }),
    controller.signal,
    { value: (value) => late.push(value), error: never },
  );
  controller.abort('enough');
  await expect(raced).rejects.toBe('enough');
  resolve('late');
  await new Promise((done) => setImmediate(done));
  expect(late).toEqual(['late']);
});

it('passes on an error that comes after the abort', async () => {
  const controller = new AbortController();
  const late: unknown[] = [];
  let reject: (error: Error) => void = () => {};
  const raced = abortable(
    new Promise((_done, fail) => {
      reject = fail;
    }),
    controller.signal,
    { value: never, error: (error) => late.push(error) },
  );
  controller.abort('enough');
  await expect(raced).rejects.toBe('enough');
  const error = new Error('late');
  reject(error);
  await new Promise((done) => setImmediate(done));
  expect(late).toEqual([error]);
});

it('pauses until time is up, the signal aborts or it is woken, and removes its timer and listeners', async () => {
  const clock = new ManualClock();
  for (const end of ['time', 'signal', 'waker'] as const) {
    const controller = new AbortController();
    let woken: (() => void) | undefined;
    let over = false;
    const paused = pause(clock, 100, controller.signal, (wake) => {
      woken = wake;
      return () => {
        woken = undefined;
      };
    }).then(() => {
      over = true;
    });
    await clock.advance(99);
    expect(over).toBe(false);
    if (end === 'time') await clock.advance(1);
    else if (end === 'signal') controller.abort();
    else woken?.();
    await paused;
    expect([clock.pending, abortListeners(controller.signal), woken]).toEqual([0, 0, undefined]);
  }
});

it('does not pause if the signal has fired', async () => {
  const clock = new ManualClock();
  await pause(clock, 100, AbortSignal.abort(), never);
  expect(clock.pending).toBe(0);
});
