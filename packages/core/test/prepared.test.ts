import { expect, it } from '@jest/globals';
import { plainTraits } from '../src/loop/plain-traits.js';
import { isCircuitOpen, isDeadlineExceeded } from '../src/outcome/errors.js';
import type { ClientTraits } from '../src/session/call-options.js';
import { reportOf } from '../src/telemetry/report.js';
import { scripted } from '../src/testing/faults.js';
import { bench, networkError, outcome, watch } from './policy-fixture.js';

const traitsWith = (prepare: NonNullable<ClientTraits['prepare']>): ClientTraits => ({ ...plainTraits, prepare });

it('prepares each attempt before it is made', async () => {
  const { clock, policy } = bench();
  const prepared: number[] = [];
  const server = scripted([{ status: 503 }, { value: 'fine' }]);
  const traits = traitsWith(async ({ attempt }) => {
    prepared.push(attempt * 10 + server.calls.length);
    return undefined;
  });
  expect(await outcome(clock, policy.executeWith(traits, server))).toBe('fine');
  expect(prepared).toEqual([10, 21]);
});

it('does not prepare an attempt that an open circuit refuses', async () => {
  const { policy } = bench({ breaker: { consecutiveFailures: 1 }, retry: false });
  await policy.execute(() => Promise.reject(networkError())).catch(() => {});
  let prepared = 0;
  const traits = traitsWith(async () => {
    prepared += 1;
    return undefined;
  });
  const refused = await policy.executeWith(traits, () => 1).catch((error: unknown) => error);
  expect([isCircuitOpen(refused), prepared]).toEqual([true, 0]);
});

it('counts a failed preparation as a failed attempt, which is made again', async () => {
  const { clock, policy } = bench();
  let prepared = 0;
  const traits = traitsWith(async () => {
    prepared += 1;
    if (prepared === 1) throw networkError();
    return undefined;
  });
  let attempts = 0;
  const call = policy.executeWith(traits, () => {
    attempts += 1;
    return { status: 200, headers: {} };
  });
  expect(reportOf(await outcome(clock, call))).toMatchObject({ attempts: 2, stopReason: 'success' });
  expect([prepared, attempts]).toEqual([2, 1]);
});

it('ends a call with the error of a preparation that cannot be repeated', async () => {
  const { clock, policy } = bench();
  const error = new Error('no token');
  const call = policy.executeWith(
    traitsWith(() => Promise.reject(error)),
    () => 1,
  );
  expect(await outcome(clock, call)).toBe(error);
  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
});

it.each(['cancel', 'deadline'])('makes no attempt if a %s comes while it is prepared', async (how) => {
  const { clock, policy } = bench();
  const controller = new AbortController();
  let attempts = 0;
  const hanging = traitsWith(() => new Promise(() => {}));
  const attempt = () => {
    attempts += 1;
    return attempts;
  };
  const call = watch(policy.executeWith(hanging, attempt, { signal: controller.signal, timeouts: { totalMs: 500 } }));
  await clock.advance(100);
  if (how === 'cancel') controller.abort(new Error('gone'));
  await clock.advance(400);
  await clock.settle();
  expect([call.state, attempts, clock.pending]).toEqual(['error', 0, 0]);
  if (how === 'deadline') expect(isDeadlineExceeded(call.value)).toBe(true);
  else expect(call.value).toEqual(new Error('gone'));
  expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 0 });
});

it('counts a call where its attempts are made, if a preparation sends them to other places', async () => {
  const { clock, policy } = bench();
  const places = ['b', 'c'];
  const moving: ClientTraits = {
    ...traitsWith(async () => ({ key: places.shift() })),
    mayMove: () => true,
  };
  const call = policy.executeWith(moving, scripted([{ status: 503 }, { value: 'fine' }]), { key: 'a' });
  expect(await outcome(clock, call)).toBe('fine');
  const { keys, totals } = policy.snapshot();
  const counts = ['a', 'b', 'c'].map((key) => [keys[key]?.calls, keys[key]?.attempts, keys[key]?.inFlight]);
  expect(counts).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [1, 1, 0],
  ]);
  expect(totals).toMatchObject({ calls: 1, attempts: 2, retries: 1, saved: 1 });
});

it('checks the circuit of the place that an attempt is sent to, not of the one before', async () => {
  const { policy } = bench({ breaker: { consecutiveFailures: 1 }, retry: false });
  await policy.execute(() => Promise.reject(networkError()), { key: 'broken' }).catch(() => {});
  const to = (place: string): ClientTraits => ({
    ...traitsWith(async () => ({ key: place })),
    mayMove: () => true,
  });
  expect(await policy.executeWith(to('closed'), () => 'fine', { key: 'broken' })).toBe('fine');
  const refused = await policy.executeWith(to('broken'), () => 1, { key: 'closed' }).catch((error: unknown) => error);
  expect(isCircuitOpen(refused)).toBe(true);
});
