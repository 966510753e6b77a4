import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { beginUnchecked, uncheckedPolicy } from '../src/loop/execute-unchecked.js';
import { plainTraits } from '../src/loop/plain-traits.js';
import { isCircuitOpen } from '../src/outcome/errors.js';
import type { ClientTraits } from '../src/session/call-options.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, watch } from './policy-fixture.js';

/** An answer that is worth a retry, with a body that has come in as a whole or not. */
function busy(isWhole: boolean) {
  const body = Object.assign(new Readable({ read() {} }), { complete: isWhole });
  return { status: 503, headers: {}, body };
}

it('frees the body of an answer before the wait for a retry, unless it has arrived completely', async () => {
  const { clock, policy } = bench();
  const [live, whole] = [busy(false), busy(true)];
  const answers = [live, whole, 'fine'];
  const call = watch(policy.execute(() => answers.shift()));
  await clock.settle();
  expect(live.body.destroyed).toBe(true);
  await clock.advance(100);
  expect(whole.body.destroyed).toBe(false);
  await clock.advance(100);
  expect([whole.body.destroyed, call.value]).toEqual([true, 'fine']);
});

it('returns the last answer with its body if the call ends after the wait', async () => {
  const { clock, policy } = bench();
  const whole = busy(true);
  const call = watch(policy.execute(() => whole));
  await clock.settle();
  policy.close();
  await clock.runAll();
  expect([call.value, whole.body.destroyed]).toEqual([whole, false]);
});

it('returns a last answer with its body, however much of it has arrived', async () => {
  const { clock, policy } = bench();
  const live = busy(false);
  expect(
    await outcome(
      clock,
      policy.execute(() => live, { maxRetries: 0 }),
    ),
  ).toBe(live);
  expect(live.body.destroyed).toBe(false);
  live.body.destroy();
});

it('ends a call whose answer cannot be read, at the first attempt and at a later one', async () => {
  const { clock, policy } = bench();
  for (const steps of [[{ value: 'bad' }], [{ status: 503 }, { value: 'bad' }]] as const) {
    const traits: ClientTraits = {
      ...plainTraits,
      outcomeOf(value) {
        if (value === 'bad') throw new Error('cannot be read');
        return plainTraits.outcomeOf(value);
      },
    };
    expect(await outcome(clock, policy.executeWith(traits, scripted(steps)))).toEqual(new Error('cannot be read'));
    expect(policy.snapshot().keys.default?.inFlight).toBe(0);
  }
});

it('ends a call of an adapter with the error that the adapter makes of it', async () => {
  const { clock, policy } = bench({ breaker: { consecutiveFailures: 1 } });
  const made: unknown[] = [];
  const traits: ClientTraits = {
    ...plainTraits,
    endError(error, call) {
      made.push(error, call);
      return new RangeError('made of it');
    },
  };
  const unchecked = uncheckedPolicy(policy);
  const call = { key: 'a' };
  expect(await unchecked?.executeUnchecked(traits, () => 'fine', call)).toBe('fine');
  const error = networkError();
  const failed = unchecked?.executeUnchecked(traits, () => Promise.reject(error), call) ?? Promise.resolve();
  expect(await outcome(clock, failed)).toEqual(new RangeError('made of it'));
  const refused = unchecked?.executeUnchecked(traits, () => 1, call) ?? Promise.resolve();
  expect(await outcome(clock, refused)).toEqual(new RangeError('made of it'));
  expect([made[0], isCircuitOpen(made[2]), made[1]]).toEqual([error, true, call]);
});

it('begins the session of an adapter that makes valid options without looking at them', () => {
  const { policy } = bench();
  // The check would refuse this key.
  const session = beginUnchecked(policy, { key: '' }, {});
  expect([session.key, policy.snapshot().keys['']?.calls]).toEqual(['', 1]);
  session.end();
});

it('begins the session of an adapter by a policy of an older copy of this package, which checks its options', () => {
  const { policy } = bench();
  const older = { begin: policy.begin.bind(policy) };
  expect(() => beginUnchecked(older, { key: '' }, {})).toThrow('call.key must be a non-empty string');
  expect(beginUnchecked(older, { key: 'a' }, {}).key).toBe('a');
});

it('wraps the error of a call only if an attempt was made and a retry might have helped', async () => {
  const { clock, policy } = bench({ breaker: { consecutiveFailures: 4 } });
  const wrapped = (fn: () => unknown) => outcome(clock, policy.execute(fn, { exhausted: 'wrap' }));
  const permanent = new TypeError('x is not a function');
  expect(await wrapped(() => Promise.reject(permanent))).toBe(permanent);
  const error = networkError();
  expect(await wrapped(() => Promise.reject(error))).toMatchObject({
    code: 'ERR_RETRY_EXHAUSTED',
    attempts: 4,
    cause: error,
  });
  expect(await wrapped(() => 1)).toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
});
