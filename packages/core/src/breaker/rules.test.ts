import { expect, it } from '@jest/globals';
import { type Bench, bench } from '../../test/policy-fixture.js';
import type { BreakerOptions } from '../options/options.js';
import { isCircuitOpen } from '../outcome/errors.js';

// `consecutiveForMs: 'auto'`: five failures in a row mean nothing on a key that makes five calls in 10 ms.

const auto = (breaker: BreakerOptions = {}) =>
  bench({ retry: false, breaker: { consecutiveForMs: 'auto', failureRate: false, ...breaker } });
const state = ({ policy }: Bench) => policy.breaker('default').state;

async function calls({ clock, policy }: Bench, count: number, everyMs: number, status: number): Promise<void> {
  for (let call = 0; call < count; call += 1) {
    await policy
      .execute(() => ({ status, headers: {} }))
      .catch((error: unknown) => expect(isCircuitOpen(error)).toBe(true));
    await clock.advance(everyMs);
  }
}

const well = (made: Bench) => calls(made, 100, 10, 200);

it('trips at once on a key that is new', async () => {
  const made = auto();
  await calls(made, 4, 2, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 2, 500);
  expect(state(made)).toBe('open');
});

it('trips at once on a quiet key, where five calls take their time', async () => {
  const made = auto();
  await calls(made, 20, 1_000, 200);
  await calls(made, 5, 2, 500);
  expect(state(made)).toBe('open');
});

it('does not trip on a busy key for a run of a few milliseconds', async () => {
  const made = auto();
  await well(made);
  await calls(made, 50, 2, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 2, 200);
  await calls(made, 50, 2, 500);
  expect(state(made)).toBe('closed');
});

it('trips on a busy key when the run has lasted for two seconds', async () => {
  const made = auto();
  await well(made);
  await calls(made, 200, 10, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 10, 500);
  expect(state(made)).toBe('open');
});

it('still needs as many failures on a busy key as it is told', async () => {
  const made = auto({ consecutiveFailures: 5 });
  await well(made);
  await calls(made, 4, 1_000, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 1_000, 500);
  expect(state(made)).toBe('open');
});

it.each([
  [0, 5],
  [100, 11],
])('does as it is told where a number is given: %d ms', async (consecutiveForMs, failures) => {
  const made = auto({ consecutiveForMs });
  await well(made);
  await calls(made, failures - 1, 10, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 10, 500);
  expect(state(made)).toBe('open');
});

it('remembers that a key was busy after the circuit has been open', async () => {
  const made = auto({ openMs: 100 });
  await well(made);
  await calls(made, 201, 10, 500);
  expect(state(made)).toBe('open');
  await made.clock.advance(200);
  await calls(made, 2, 2, 200);
  expect(state(made)).toBe('closed');
  await calls(made, 50, 2, 500);
  expect(state(made)).toBe('closed');
});

it('forgets it at a reset', async () => {
  const made = auto();
  await well(made);
  made.policy.breaker('default').reset();
  await calls(made, 5, 2, 500);
  expect(state(made)).toBe('open');
});

it('does not open for a rate that is met in a blip of a busy key', async () => {
  const made = auto({
    consecutiveFailures: false,
    failureRate: 0.5,
    minimumCalls: 20,
    window: { kind: 'time', ms: 2_000 },
  });
  await well(made);
  await calls(made, 200, 2, 500);
  expect(state(made)).toBe('closed');
});

it('opens for a rate that is met on a busy key for as long as its window', async () => {
  const made = auto({
    consecutiveFailures: false,
    failureRate: 0.5,
    minimumCalls: 20,
    window: { kind: 'time', ms: 2_000 },
  });
  await well(made);
  await calls(made, 400, 10, 500);
  expect(state(made)).toBe('open');
});

it('opens for a rate at once on a quiet key', async () => {
  const made = auto({ consecutiveFailures: false, failureRate: 0.5, minimumCalls: 20 });
  await calls(made, 19, 1, 500);
  expect(state(made)).toBe('closed');
  await calls(made, 1, 1, 500);
  expect(state(made)).toBe('open');
});
