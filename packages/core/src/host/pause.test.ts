import { beforeEach, expect, it } from '@jest/globals';
import { abortListeners, watch } from '../../test/policy-fixture.js';
import { ManualClock } from '../testing/manual-clock.js';
import { pause } from './pause.js';
import { Releaser } from './releaser.js';

let clock: ManualClock;
let releaser: Releaser;
let registered: number;

/** Counts who has registered for an early end and not taken it back. */
function early(wake: () => void): () => void {
  registered += 1;
  const undo = releaser.onRelease(wake);
  return () => {
    registered -= 1;
    undo();
  };
}

beforeEach(() => {
  clock = new ManualClock();
  releaser = new Releaser();
  registered = 0;
});

it('ends with true when its time has passed, without a timer or listener left', async () => {
  const { signal } = new AbortController();
  const waiting = watch(pause(clock, 100, signal, early));
  await clock.advance(99);
  expect([waiting.state, registered, abortListeners(signal)]).toEqual(['pending', 1, 1]);
  await clock.advance(1);
  expect([waiting.value, registered, abortListeners(signal), clock.pending]).toEqual([true, 0, 0, 0]);
});

it.each(['signal', 'release'])('ends with false at a %s, without a timer or listener left', async (how) => {
  const controller = new AbortController();
  const waiting = watch(pause(clock, 100, controller.signal, early));
  if (how === 'signal') controller.abort();
  else releaser.release();
  await clock.settle();
  expect([waiting.value, registered, abortListeners(controller.signal), clock.pending]).toEqual([false, 0, 0, 0]);
});

it('does not begin if the signal has aborted', async () => {
  expect(await pause(clock, 100, AbortSignal.abort(), early)).toBe(false);
  expect([registered, clock.pending]).toEqual([0, 0]);
});

it('does not begin if its early end comes at once', async () => {
  const { signal } = new AbortController();
  const atOnce = (wake: () => void): (() => void) => {
    const undo = early(wake);
    wake();
    return undo;
  };
  expect(await pause(clock, 100, signal, atOnce)).toBe(false);
  expect([registered, abortListeners(signal), clock.pending]).toEqual([0, 0, 0]);
});

it('needs neither a signal nor an early end', async () => {
  const waiting = watch(pause(clock, 100, undefined));
  await clock.advance(100);
  expect(waiting.value).toBe(true);
});

it('is released once, and not after it removed its wait', () => {
  const woken: string[] = [];
  releaser.onRelease(() => woken.push('first'));
  const undo = releaser.onRelease(() => woken.push('second'));
  undo();
  releaser.release();
  releaser.release();
  undo();
  expect(woken).toEqual(['first']);
});
