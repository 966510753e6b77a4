import { afterEach, expect, it } from '@jest/globals';
import { bench, outcome, watch } from '../../test/policy-fixture.js';
import { createPolicy } from '../policy.js';
import { reportOf } from '../telemetry/report.js';
import { scripted } from '../testing/faults.js';
import type { Mode } from './mode.js';
import { presets } from './presets.js';

const { BREAKWATER_MODE: before } = process.env;

afterEach(() => {
  if (before === undefined) delete process.env.BREAKWATER_MODE;
  else process.env.BREAKWATER_MODE = before;
});

function ambient(value: string | undefined, mode?: Mode): Mode {
  if (value === undefined) delete process.env.BREAKWATER_MODE;
  else process.env.BREAKWATER_MODE = value;
  return createPolicy({ mode }).mode;
}

it('takes the mode from BREAKWATER_MODE if the options have none', () => {
  expect(ambient('observe')).toBe('observe');
  expect(ambient('off')).toBe('off');
  expect(ambient('enforce')).toBe('enforce');
  expect(ambient('')).toBe('enforce');
  expect(ambient(undefined)).toBe('enforce');
});

it('prefers the mode of the options to that of the environment', () => {
  expect(ambient('off', 'enforce')).toBe('enforce');
  expect(ambient('enforce', 'observe')).toBe('observe');
});

it('reads the environment with a preset, too', () => {
  process.env.BREAKWATER_MODE = 'observe';
  expect(Object.values(presets).map((preset) => createPolicy(preset).mode)).toEqual(
    Object.values(presets).map(() => 'observe'),
  );
});

it.each(['on', 'ENFORCE', 'true'])('rejects an invalid value in the environment: %s', (value) => {
  expect(() => ambient(value)).toThrow(
    new RangeError(
      `environment variable BREAKWATER_MODE must be one of 'enforce', 'observe', 'off', got ${JSON.stringify(value)}`,
    ),
  );
});

it('passes a call through untouched if it is off: one attempt, no count, no event', async () => {
  const { clock, policy, events } = bench({ mode: 'off' });
  const error = new Error('as it came');
  const server = scripted([{ error }]);
  expect(await outcome(clock, policy.execute(server, { idempotencyKey: 'mine' }))).toBe(error);
  expect(server.calls).toHaveLength(1);
  expect(server.calls[0]?.context.idempotencyKey).toBe('mine');
  expect(events).toEqual([]);
  expect(policy.snapshot().keys).toEqual({});
  expect(reportOf(error)).toEqual({
    attempts: 1,
    retries: 0,
    elapsedMs: 0,
    waitedMs: 0,
    key: 'default',
    stopReason: 'disabled',
    delaysMs: [],
  });
});

it('admits every attempt in a session that is off', async () => {
  const { policy } = bench({ mode: 'off', timeouts: { attemptMs: 5 } });
  const session = policy.begin({ key: 'k' });
  const admission = session.admit();
  if (admission instanceof Promise || !admission.admitted) throw new Error('must be admitted at once');
  expect(session).toMatchObject({ key: 'k', mode: 'off', attempts: 1, timeouts: { attemptMs: undefined } });
  expect(session.remainingMs()).toBeUndefined();
  expect(session.abandon(admission.permit, 'cancelled')).toMatchObject({ retry: false });
  expect(session.settle(admission.permit, { kind: 'value', value: 1 })).toMatchObject({ retry: false });
  await session.wait(1e9);
  session.end();
  expect(session.report()).toMatchObject({ attempts: 1, stopReason: 'disabled' });
  expect(session.report()).toBe(session.report());
});

it('can be switched off, or on, by a call', async () => {
  const { clock, policy } = bench();
  const server = scripted([{ status: 503 }]);
  await outcome(clock, policy.execute(server, { mode: 'off' }));
  expect(server.calls).toHaveLength(1);
  const off = bench({ mode: 'off' });
  const other = scripted([{ status: 503 }]);
  await outcome(off.clock, off.policy.execute(other, { mode: 'enforce' }));
  expect(other.calls).toHaveLength(4);
});

it('enforces a share of the calls and observes the rest', async () => {
  const draws = [0.1, 0.3, 0.299, 0.9];
  const { clock, policy } = bench({ enforceRate: 0.3, random: () => draws[0] ?? 0.5, budget: false });
  const attempts: number[] = [];
  while (draws.length > 0) {
    const server = scripted([{ status: 503 }]);
    const call = watch(policy.execute(server));
    draws.shift();
    await clock.runAll();
    expect(call.state).toBe('value');
    attempts.push(server.calls.length);
    policy.breaker('default').reset();
  }
  expect(attempts).toEqual([4, 1, 4, 1]);
});

it('enforces none at a rate of 0, and all at 1, without a random draw', () => {
  const never = () => {
    throw new Error('no draw is needed');
  };
  expect(bench({ enforceRate: 1, random: never }).policy.begin().mode).toBe('enforce');
  expect(bench({ enforceRate: 0, random: () => 0 }).policy.begin().mode).toBe('observe');
  expect(bench({ enforceRate: 0.5, random: never, mode: 'observe' }).policy.begin().mode).toBe('observe');
});
