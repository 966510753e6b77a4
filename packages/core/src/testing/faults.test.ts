import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { type FaultStep, type ScriptedContext, scripted } from './faults.js';
import { ManualClock } from './manual-clock.js';

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** Reads the state of a promise without waiting for it to settle. */
function watch(promise: Promise<unknown>): { readonly seen: unknown[] } {
  const seen: unknown[] = [];
  promise.then(
    (value) => seen.push('value', value),
    (error: unknown) => seen.push('error', error),
  );
  return { seen };
}

describe('scripted', () => {
  it('plays its steps in order and repeats the last one', async () => {
    const failure = new Error('as it came');
    const fn = scripted([{ status: 503 }, { error: failure }, { value: 1 }, { value: 2 }]);
    expect(await fn()).toEqual({ status: 503, headers: {}, body: undefined });
    await expect(fn()).rejects.toBe(failure);
    expect([await fn(), await fn(), await fn(), await fn()]).toEqual([1, 2, 2, 2]);
  });

  it('answers with status, headers and body', async () => {
    const fn = scripted([{ status: 429, headers: { 'retry-after': '1' }, body: { busy: true } }]);
    expect(await fn()).toEqual({ status: 429, headers: { 'retry-after': '1' }, body: { busy: true } });
  });

  it('makes a new error with the code that a step names', async () => {
    const fn = scripted([{ error: 'ECONNRESET' }]);
    const errors = [await fn().catch((error: unknown) => error), await fn().catch((error: unknown) => error)];
    for (const error of errors) {
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ code: 'ECONNRESET', message: 'ECONNRESET' });
    }
    expect(errors[0]).not.toBe(errors[1]);
  });

  it('answers with undefined if that is the value', async () => {
    expect(await scripted([{ value: undefined }])()).toBeUndefined();
  });

  it('records the time, the context and the step of each call', async () => {
    const clock = new ManualClock({ startMs: 100 });
    const steps: FaultStep[] = [{ status: 503 }, { value: 'ok' }];
    const fn = scripted(steps, { clock });
    const contexts: ScriptedContext[] = [{ attempt: 1 }, { attempt: 2, idempotencyKey: 'k' }];
    await fn(contexts[0]);
    await clock.advance(50);
    await fn(contexts[1]);
    await fn();
    expect(fn.calls).toEqual([
      { atMs: 100, context: contexts[0], step: steps[0] },
      { atMs: 150, context: contexts[1], step: steps[1] },
      { atMs: 150, context: {}, step: steps[1] },
    ]);
    expect(fn.calls[0]?.context).toBe(contexts[0]);
  });

  it.each<[FaultStep, unknown[]]>([
    [{ value: 'ok', delayMs: 20 }, ['value', 'ok']],
    [{ status: 200, delayMs: 20 }, ['value', { status: 200, headers: {}, body: undefined }]],
    [{ error: 'ETIMEDOUT', delayMs: 20 }, ['error', new Error('ETIMEDOUT')]],
  ])('plays %j when its delay has passed, without a timer or listener left', async (step, expected) => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const { seen } = watch(scripted([step], { clock })({ signal }));
    await clock.advance(19);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual(expected);
    expect([clock.pending, listeners(signal)]).toEqual([0, 0]);
  });

  it('fails with the reason of its signal during a delay, and cancels its timer', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const { seen } = watch(scripted([{ value: 'ok', delayMs: 20 }], { clock })({ signal }));
    await clock.advance(10);
    expect([clock.pending, listeners(signal)]).toEqual([1, 1]);
    controller.abort('enough');
    await clock.settle();
    expect(seen).toEqual(['error', 'enough']);
    expect([clock.pending, listeners(signal)]).toEqual([0, 0]);
  });

  it('hangs until its signal fires', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const { signal } = controller;
    const { seen } = watch(scripted([{ hang: true }], { clock })({ signal }));
    await clock.advance(1_000_000);
    expect([seen, clock.pending]).toEqual([[], 0]);
    controller.abort('enough');
    await clock.settle();
    expect(seen).toEqual(['error', 'enough']);
    expect(listeners(signal)).toBe(0);
  });

  it('hangs for ever without a signal', async () => {
    const clock = new ManualClock();
    const { seen } = watch(scripted([{ hang: true }], { clock })());
    await clock.advance(1_000_000);
    expect(seen).toEqual([]);
  });

  it.each<FaultStep>([{ value: 'ok' }, { value: 'ok', delayMs: 5 }, { hang: true }])(
    'does not play %j if the signal has fired already, but records the call',
    async (step) => {
      const clock = new ManualClock();
      const fn = scripted([step], { clock });
      await expect(fn({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
      expect([fn.calls.length, clock.pending]).toEqual([1, 0]);
    },
  );

  it('delays on the clock of the host by default', async () => {
    expect(await scripted([{ value: 'ok', delayMs: 0 }])()).toBe('ok');
  });

  it('refuses an empty script', () => {
    expect(() => scripted([])).toThrow(new RangeError('steps must have at least one step, got none'));
  });
});
