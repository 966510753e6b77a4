import { expect, it } from '@jest/globals';
import { failed, Machine } from '../../test/breaker-machine.js';
import { needsProbe } from './admission.js';
import { isCurrent, releaseBreakerPermit } from './machine.js';
import { forceCloseBreaker, forceOpenBreaker, resetBreaker } from './override.js';
import { countsOf } from './phase.js';
import { healthy } from './state.js';

it('refuses while open, with the rest of the open time', () => {
  const machine = new Machine();
  machine.calls('FFFFF');
  machine.nowMs += 400;
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 600 });
  expect(needsProbe(machine.state, machine.nowMs)).toBe(false);
  machine.nowMs += 599;
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 1 });
});

it('stays open until a call comes, then is half-open', () => {
  const machine = new Machine();
  machine.calls('FFFFF');
  machine.nowMs += 5_000;
  expect(machine.state.phase).toBe('open');
  expect(needsProbe(machine.state, machine.nowMs)).toBe(true);
  machine.pass();
  expect(machine.state.phase).toBe('half-open');
  expect(machine.transitions.at(-1)).toEqual({
    from: 'open',
    to: 'half-open',
    why: 'open-time-over',
    counts: { calls: 0, failures: 0, slow: 0 },
    openForMs: 0,
    generation: 2,
  });
});

it('stays open for up to a tenth longer, by chance', () => {
  const machine = new Machine();
  machine.draw = 0.5;
  machine.calls('FFFFF');
  expect(machine.transitions).toMatchObject([{ openForMs: 1_050 }]);
  machine.nowMs += 1_049;
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 1 });
});

it('admits as many probes at a time as the rules allow', () => {
  const machine = new Machine({ probes: 3, successesToClose: 10 });
  machine.calls('FFFFF');
  machine.coolOff();
  const [first] = [machine.pass(), machine.pass(), machine.pass()];
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 1_000 });
  if (first !== undefined) machine.record(first, healthy);
  machine.pass();
  expect(machine.admit().admitted).toBe(false);
});

it('closes after the required number of successes, with an empty window', () => {
  const machine = new Machine();
  machine.calls('FFFFF');
  machine.coolOff();
  machine.calls('S');
  expect(machine.state.phase).toBe('half-open');
  machine.calls('S');
  expect(machine.transitions.at(-1)).toMatchObject({ from: 'half-open', to: 'closed', why: 'probes-succeeded' });
  expect(countsOf(machine.state, machine.nowMs)).toEqual({ calls: 0, failures: 0, slow: 0 });
  expect(machine.state.cause).toBeUndefined();
  machine.calls('FFFF');
  expect(machine.state.phase).toBe('closed');
});

it('opens again after a failed probe, each time for longer, up to the maximum', () => {
  const machine = new Machine({ maxOpenMs: 3_000 });
  machine.calls('FFFFF');
  const openTimes: number[] = [];
  for (let probe = 0; probe < 6; probe += 1) {
    openTimes.push(machine.state.openForMs);
    machine.coolOff();
    machine.calls('F');
    expect(machine.transitions.at(-1)).toMatchObject({ from: 'half-open', to: 'open', why: 'probe-failed' });
  }
  expect(openTimes).toEqual([1_000, 1_500, 2_250, 3_000, 3_000, 3_000]);
});

it('opens again at a slow probe if slow calls count', () => {
  const machine = new Machine({ slowCallMs: 100, minimumCalls: 1, consecutiveFailures: 1 });
  machine.calls('F');
  machine.coolOff();
  machine.calls('L');
  expect(machine.state.phase).toBe('open');
});

it('takes back one step of growth for each healthy stretch as long as that step', () => {
  const grown = () => {
    const machine = new Machine();
    machine.calls('FFFFF');
    for (let probe = 0; probe < 3; probe += 1) {
      machine.coolOff();
      machine.calls('F');
    }
    expect(machine.state.openForMs).toBe(3_375);
    machine.coolOff();
    machine.calls('SS');
    return machine;
  };
  const openAfter = (healthyMs: number) => {
    const machine = grown();
    machine.nowMs += healthyMs;
    machine.calls('FFFFF');
    return machine.state.openForMs;
  };
  expect(openAfter(0)).toBe(3_375);
  expect(openAfter(3_374)).toBe(3_375);
  expect(openAfter(3_375)).toBe(2_250);
  expect(openAfter(3_375 + 2_250)).toBe(1_500);
  expect(openAfter(3_375 + 2_250 + 1_500)).toBe(1_000);
  expect(openAfter(1e9)).toBe(1_000);
});

it('closes within a fraction of the outage after it, 30 s at most', () => {
  for (const outageMs of [2_000, 10_000, 60_000, 3_600_000]) {
    const machine = new Machine();
    machine.draw = 0.999;
    const beganMs = machine.nowMs;
    machine.calls('FFFFF');
    for (;;) {
      machine.coolOff();
      if (machine.nowMs - beganMs > outageMs) break;
      machine.calls('F');
    }
    const lateMs = machine.nowMs - beganMs - outageMs;
    expect(lateMs).toBeLessThan(Math.min(33_000, Math.max(1_100, outageMs * 0.6)));
  }
});

it('releases the lease of a cancelled probe, and counts it neither as success nor as failure', () => {
  const machine = new Machine({ successesToClose: 1 });
  machine.calls('FFFFF');
  machine.coolOff();
  releaseBreakerPermit(machine.state, machine.pass());
  expect(machine.state).toMatchObject({ phase: 'half-open', probeSuccesses: 0, lateResults: 0 });
  machine.calls('S');
  expect(machine.state.phase).toBe('closed');
});

it('admits another probe if one has not settled by the end of its lease', () => {
  const machine = new Machine({ probeLeaseMs: 5_000 });
  machine.calls('FFFFF');
  machine.coolOff();
  machine.pass();
  machine.nowMs += 4_999;
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 1 });
  machine.nowMs += 1;
  const second = machine.pass();
  machine.record(second, healthy);
  expect(machine.state).toMatchObject({ phase: 'half-open', probeSuccesses: 1 });
});

it('counts the outcome of a probe that has outlived its lease: a success closes, a failure opens again', () => {
  for (const [evidence, phase] of [
    [healthy, 'closed'],
    [failed, 'open'],
  ] as const) {
    const machine = new Machine({ probeLeaseMs: 5_000, successesToClose: 1 });
    machine.calls('FFFFF');
    machine.coolOff();
    const slow = machine.pass();
    machine.nowMs += 40_000;
    machine.pass();
    expect(isCurrent(machine.state, slow)).toBe(true);
    machine.record(slow, evidence);
    expect(machine.state).toMatchObject({ phase, lateResults: 0 });
  }
});

it('admits one more probe at a time for each that proved nothing about the server', () => {
  const machine = new Machine({ probes: 1 });
  machine.calls('FFFFF');
  machine.coolOff();
  for (let inVain = 0; inVain < 3; inVain += 1) releaseBreakerPermit(machine.state, machine.pass());
  const out = [machine.pass(), machine.pass(), machine.pass(), machine.pass()];
  expect(machine.admit()).toMatchObject({ admitted: false });
  for (const probe of out.slice(0, 2)) machine.record(probe, healthy);
  expect(machine.state.phase).toBe('closed');
});

it.each([
  ['success', healthy],
  ['failure', failed],
])('counts a %s of an older generation as late and changes nothing', (_what, evidence) => {
  const machine = new Machine();
  const late = machine.pass();
  machine.calls('FFFFF');
  const before = { ...machine.state };
  machine.record(late, evidence);
  expect(machine.state).toEqual({ ...before, lateResults: 1 });
  machine.coolOff();
  const probe = machine.pass();
  machine.record(late, evidence);
  expect(machine.state).toMatchObject({ phase: 'half-open', lateResults: 2, probeSuccesses: 0 });
  releaseBreakerPermit(machine.state, late);
  expect(machine.admit().admitted).toBe(false);
  machine.record(probe, healthy);
});

it('does not count an outcome from before the circuit opened after it has closed again', () => {
  const machine = new Machine({ consecutiveFailures: 1, successesToClose: 1 });
  const late = machine.pass();
  machine.calls('F');
  machine.coolOff();
  machine.calls('S');
  machine.record(late, failed);
  expect(machine.state).toMatchObject({ phase: 'closed', lateResults: 1, runLength: 0 });
});

it('stays open if opened by hand, until it is closed by hand', () => {
  const machine = new Machine();
  machine.note(forceOpenBreaker(machine.state, machine.nowMs));
  machine.note(forceOpenBreaker(machine.state, machine.nowMs));
  machine.nowMs += 1e9;
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: undefined });
  machine.note(forceCloseBreaker(machine.state, machine.nowMs));
  machine.note(forceCloseBreaker(machine.state, machine.nowMs));
  expect(machine.admit().admitted).toBe(true);
  expect(machine.transitions).toMatchObject([
    { from: 'closed', to: 'forced-open', why: 'forced-open', openForMs: 0 },
    { from: 'forced-open', to: 'closed', why: 'forced-close' },
  ]);
});

it('forgets everything at a reset, and counts results of attempts in flight as late', () => {
  const machine = new Machine();
  machine.calls('FFFFF');
  machine.coolOff();
  machine.calls('F');
  machine.note(resetBreaker(machine.state, machine.nowMs));
  expect(machine.transitions.at(-1)).toMatchObject({ from: 'open', to: 'closed', why: 'reset' });
  const inFlight = machine.pass();
  machine.calls('FFFF');
  expect(resetBreaker(machine.state, machine.nowMs)).toBeUndefined();
  machine.record(inFlight, failed);
  machine.calls('FFFF');
  expect(machine.state).toMatchObject({ phase: 'closed', lateResults: 1 });
  machine.calls('F');
  expect(machine.state.openForMs).toBe(1_000);
});

it('lets a growing share of the traffic through after closing, and refuses the rest as an open circuit would', () => {
  const machine = new Machine({ ramp: [0.1, 0.5], consecutiveFailures: 1, successesToClose: 1 });
  machine.calls('F');
  machine.coolOff();
  machine.calls('S');
  const admits = (draw: number) => {
    machine.draw = draw;
    return machine.admit();
  };
  expect(admits(0.099).admitted).toBe(true);
  expect(admits(0.1)).toEqual({ admitted: false, retryAfterMs: 1_000 });
  machine.nowMs += 999;
  expect(admits(0.1)).toEqual({ admitted: false, retryAfterMs: 1 });
  machine.nowMs += 1;
  expect(admits(0.499).admitted).toBe(true);
  expect(admits(0.5)).toEqual({ admitted: false, retryAfterMs: 1_000 });
  machine.nowMs += 1_000;
  expect(admits(0.999).admitted).toBe(true);
  expect(machine.state.ramping).toBe(false);
});

it('does not ramp before it has ever opened, nor with an empty ramp', () => {
  const machine = new Machine({ ramp: [0.01] });
  machine.draw = 0.99;
  expect(machine.admit().admitted).toBe(true);
  const empty = new Machine({ ramp: [], consecutiveFailures: 1, successesToClose: 1 });
  empty.calls('F');
  empty.coolOff();
  empty.calls('S');
  expect(empty.state.ramping).toBe(false);
});

it('opens from within a ramp', () => {
  const machine = new Machine({ ramp: [0.5], consecutiveFailures: 1, successesToClose: 1 });
  machine.calls('F');
  machine.coolOff();
  machine.calls('SF');
  expect(machine.state).toMatchObject({ phase: 'open', ramping: false });
});
