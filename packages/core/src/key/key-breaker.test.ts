import { expect, it } from '@jest/globals';
import { breakerRules } from '../../test/breaker-rules.js';
import type { BreakerPermit, HealthSample, Transition } from '../breaker/state.js';
import { healthy, slowButHealthy } from '../breaker/state.js';
import { newKeyState, type ProbeGrant, type StoreLink } from '../store/store.js';
import { Breaker } from './key-breaker.js';

const failed: HealthSample = { failed: true, slow: false, cause: undefined };
const rules = breakerRules({ consecutiveFailures: 2, openMs: 1_000 });

/** A breaker whose store writes down what it is told. */
function made({
  grant,
  ...other
}: { grant?: ProbeGrant | 'unreachable' } & Partial<Parameters<typeof breakerRules>[0]> = {}) {
  const told: unknown[] = [];
  const link: StoreLink = {
    state: newKeyState(),
    outcomeRecorded: (evidence) => told.push(evidence.failed ? 'failed' : 'well'),
    transitioned: ({ to }: Transition) => told.push(to),
    probeEnded: (token, end) => told.push(`${token} ${end}`),
    detach: () => {},
  };
  if (grant !== undefined) link.acquireProbe = async () => (grant === 'unreachable' ? undefined : grant);
  return { breaker: new Breaker({ rules: { ...rules, ...other }, random: () => 0 }, link), told };
}

function pass(breaker: Breaker, nowMs: number): BreakerPermit {
  const admission = breaker.admitLocally(nowMs);
  if (!admission.admitted) throw new Error('refused');
  return admission;
}

function trip(breaker: Breaker): void {
  for (let call = 0; call < 2; call += 1) breaker.record(pass(breaker, 0), failed, 0);
}

it('is calm while it is closed and admits all calls', () => {
  const { breaker } = made({ ramp: [0.5], successesToClose: 1 });
  expect(breaker.isCalm).toBe(true);
  trip(breaker);
  expect(breaker.isCalm).toBe(false);
  breaker.record(pass(breaker, 1_000), healthy, 1_000);
  expect([breaker.state.phase, breaker.isCalm]).toEqual(['closed', false]);
  breaker.forceClose(2_000);
  breaker.reset(2_000);
  expect(breaker.isCalm).toBe(true);
});

it('is open while it refuses attempts, for a time or by an operator', () => {
  const { breaker } = made();
  expect(breaker.isOpen(0)).toBe(false);
  trip(breaker);
  expect([breaker.isOpen(999), breaker.isOpen(1_000)]).toEqual([true, false]);
  expect(breaker.refusal(999)).toEqual({ admitted: false, retryAfterMs: 1 });
  breaker.forceOpen(2_000);
  expect(breaker.isOpen(9e9)).toBe(true);
  breaker.forceClose(9e9);
  expect(breaker.isOpen(9e9)).toBe(false);
});

it('notifies the store of each outcome that counts and of each change of phase, in order', () => {
  const { breaker, told } = made();
  const late = pass(breaker, 0);
  breaker.record(pass(breaker, 0), healthy, 0);
  trip(breaker);
  breaker.record(late, failed, 0);
  expect(told).toEqual(['well', 'failed', 'failed', 'open']);
});

it('asks the fleet only for a probe, and passes on the end of the probe', async () => {
  for (const [evidence, end] of [
    [healthy, 'success'],
    [failed, 'failure'],
    [slowButHealthy, 'failure'],
  ] as const) {
    const { breaker, told } = made({ grant: { granted: true, token: 't' } });
    expect(breaker.admit(0)).toMatchObject({ admitted: true, token: undefined });
    trip(breaker);
    expect(breaker.admit(500)).toEqual({ admitted: false, retryAfterMs: 500 });
    const probe = await breaker.admit(1_000);
    expect(probe).toMatchObject({ admitted: true, token: 't' });
    if (probe.admitted) breaker.record(probe, evidence, 1_000);
    expect(told).toContain(`t ${end}`);
  }
});

it('passes on the release of a probe', async () => {
  const { breaker, told } = made({ grant: { granted: true, token: 't' } });
  trip(breaker);
  const probe = await breaker.admit(1_000);
  if (probe.admitted) breaker.release(probe);
  expect(told.at(-1)).toBe('t released');
});

it('returns its own lease if the fleet refuses the probe, and keeps it if the fleet cannot be reached', async () => {
  const refused = made({ grant: { granted: false, retryAfterMs: 70 } }).breaker;
  trip(refused);
  expect(await refused.admit(1_000)).toEqual({ admitted: false, retryAfterMs: 70 });
  expect(refused.admitLocally(1_000).admitted).toBe(true);
  const alone = made({ grant: 'unreachable' }).breaker;
  trip(alone);
  expect(await alone.admit(1_000)).toMatchObject({ admitted: true, token: undefined });
  expect(alone.admitLocally(1_000).admitted).toBe(false);
});

it('makes no more probes at a time without the fleet, however many the fleet has refused before', async () => {
  const { breaker } = made({ probes: 1 });
  trip(breaker);
  breaker.link.acquireProbe = async () => ({ granted: false, retryAfterMs: 70 });
  for (let call = 0; call < 20; call += 1) expect((await breaker.admit(1_000)).admitted).toBe(false);
  breaker.link.acquireProbe = async () => undefined;
  const admissions = await Promise.all(Array.from({ length: 20 }, () => breaker.admit(1_000)));
  expect(admissions.filter(({ admitted }) => admitted)).toHaveLength(1);
});

/** A circuit that waits for probes, and a call that asks the fleet for one. `answer` is the fleet's. */
function asking() {
  const { breaker, told } = made({ successesToClose: 1 });
  trip(breaker);
  let answer: (grant: ProbeGrant | undefined) => void = () => {};
  breaker.link.acquireProbe = () => new Promise((resolve) => (answer = resolve));
  return { breaker, told, asked: breaker.admit(1_000), answer: (grant?: ProbeGrant) => answer(grant) };
}

it.each([{ granted: true, token: 't' } as const, undefined])(
  'refuses a probe if the circuit was opened while the fleet was asked: %j',
  async (grant) => {
    const { breaker, told, asked, answer } = asking();
    breaker.forceOpen(1_000);
    answer(grant);
    expect(await asked).toEqual({ admitted: false, retryAfterMs: undefined });
    expect(told.filter((word) => word === 't released')).toHaveLength(grant ? 1 : 0);
  },
);

it('refuses a probe if a later half-open began while the fleet was asked', async () => {
  const { breaker, told, asked, answer } = asking();
  breaker.forceClose(1_000);
  trip(breaker);
  const later = breaker.admitLocally(1_000);
  expect(later.admitted).toBe(true);
  answer({ granted: true, token: 't' });
  expect(await asked).toEqual({ admitted: false, retryAfterMs: 1_000 });
  expect(told).toContain('t released');
  expect(breaker.admitLocally(1_000).admitted).toBe(false);
});

it('lets a call through that asked for a probe if the circuit was closed meanwhile, and counts it', async () => {
  const { breaker, told, asked, answer } = asking();
  breaker.forceClose(1_000);
  answer({ granted: true, token: 't' });
  const admission = await asked;
  expect(admission).toMatchObject({ admitted: true, lease: undefined, token: undefined });
  expect(told).toContain('t released');
  if (admission.admitted) breaker.record(admission, healthy, 1_000);
  expect(breaker.counts(1_000).calls).toBe(1);
});

it('counts an ambiguous answer while it is closed, but not as a probe', () => {
  const { breaker } = made({ successesToClose: 1 });
  const unknown: HealthSample = { ...healthy, countsIn: 'rates' };
  breaker.record(pass(breaker, 0), unknown, 0);
  expect(breaker.counts(0).calls).toBe(1);
  trip(breaker);
  breaker.record(pass(breaker, 1_000), unknown, 1_000);
  expect(breaker.state).toMatchObject({ phase: 'half-open', probesInVain: 1 });
});

it('counts a throttled answer as a good probe, but not while it is closed', () => {
  const { breaker } = made({ successesToClose: 1 });
  const throttled: HealthSample = { ...healthy, countsIn: 'probes' };
  breaker.record(pass(breaker, 0), throttled, 0);
  expect(breaker.counts(0).calls).toBe(0);
  trip(breaker);
  breaker.record(pass(breaker, 1_000), throttled, 1_000);
  expect(breaker.state.phase).toBe('closed');
});

it('opens at the rest of a failed call, and notifies the store', () => {
  const { breaker, told } = made({ consecutiveForMs: 'auto' });
  breaker.record(pass(breaker, 0), { ...failed, callShare: 0.25 }, 0);
  const last = pass(breaker, 3_000);
  breaker.record(last, { ...failed, callShare: 0.25 }, 3_000);
  const cause = { name: 'Error', code: 'EPIPE', status: undefined };
  breaker.recordCallFailed(last, 1.5, cause, 3_000);
  expect([told.at(-1), breaker.state.cause]).toEqual(['open', cause]);
});

it('works with a store without notifications', () => {
  const { breaker } = made();
  const quiet = new Breaker({ rules, random: () => 0 }, { state: breaker.link.state, detach: () => {} });
  trip(quiet);
  const probe = { ...pass(quiet, 1_000), token: 't' };
  expect(() => quiet.release(probe)).not.toThrow();
  expect(quiet.state.phase).toBe('half-open');
});

it.each([
  ['auto', 600],
  [0, 30_000],
] as const)(
  'asks the fleet for a lease as long as the local one: consecutiveForMs %s',
  async (consecutiveForMs, leaseMs) => {
    const { breaker } = made({
      grant: 'unreachable',
      consecutiveFailures: consecutiveForMs === 0 ? 1 : 2,
      consecutiveForMs,
      openMs: 600,
      probeLeaseMs: 30_000,
    });
    const asked: unknown[] = [];
    breaker.link.acquireProbe = async (forMs) => {
      asked.push(forMs);
      return undefined;
    };
    for (const nowMs of [0, 2_000]) if (!breaker.isOpen(nowMs)) breaker.record(pass(breaker, nowMs), failed, nowMs);
    expect(breaker.state.phase).toBe('open');
    await breaker.admit(5_000);
    expect(asked).toEqual([leaseMs]);
  },
);
