import { expect, it } from '@jest/globals';
import { cause, Machine } from '../../test/breaker-machine.js';
import { needsProbe } from './admission.js';
import { tripIfDue } from './machine.js';
import { adoptFleetPhase, forceOpenBreaker } from './override.js';
import { countsOf, openRemainingMs } from './phase.js';
import { healthy } from './state.js';

it('adds up its own window and the counts of the rest of the fleet', () => {
  const machine = new Machine({ minimumCalls: 10 });
  machine.calls('SF');
  machine.state.fleet = { calls: 8, failures: 3, slow: 1, failingInstances: 2 };
  expect(countsOf(machine.state, machine.nowMs)).toEqual({ calls: 10, failures: 4, slow: 1 });
  expect(tripIfDue(machine.state, machine.rules, cause, machine.nowMs, () => 0)).toBeUndefined();
  machine.state.fleet = { calls: 8, failures: 4, slow: 0, failingInstances: 2 };
  expect(tripIfDue(machine.state, machine.rules, cause, machine.nowMs, () => 0)).toMatchObject({
    to: 'open',
    why: 'failure-rate',
    counts: { calls: 10, failures: 5, slow: 0 },
  });
  expect(machine.state.fleet).toBeUndefined();
  expect(tripIfDue(machine.state, machine.rules, cause, machine.nowMs, () => 0)).toBeUndefined();
});

it('checks the rules after a success if only the fleet has failures', () => {
  const machine = new Machine({ minimumCalls: 10 });
  machine.state.fleet = { calls: 9, failures: 9, slow: 0, failingInstances: 2 };
  machine.calls('S');
  expect(machine.state.phase).toBe('open');
});

it('takes over an open circuit of the fleet with its remaining time', () => {
  const machine = new Machine();
  const late = machine.pass();
  expect(adoptFleetPhase(machine.state, 'open', 700, machine.nowMs)).toMatchObject({
    from: 'closed',
    to: 'open',
    why: 'fleet',
    openForMs: 700,
  });
  expect(machine.admit()).toEqual({ admitted: false, retryAfterMs: 700 });
  machine.record(late, healthy);
  expect(machine.state.lateResults).toBe(1);
  machine.nowMs += 100;
  expect(adoptFleetPhase(machine.state, 'open', 900, machine.nowMs)).toBeUndefined();
  expect(openRemainingMs(machine.state, machine.nowMs)).toBe(900);
});

it('makes no transition if it takes over the phase that it already has', () => {
  const machine = new Machine();
  machine.calls('F');
  expect(adoptFleetPhase(machine.state, 'closed', 0, machine.nowMs)).toBeUndefined();
  expect(machine.state).toMatchObject({ generation: 0, runLength: 1 });
  expect(adoptFleetPhase(machine.state, 'forced-open', 0, machine.nowMs)).toMatchObject({
    to: 'forced-open',
    openForMs: 0,
  });
  expect(adoptFleetPhase(machine.state, 'closed', 0, machine.nowMs)).toMatchObject({ to: 'closed', why: 'fleet' });
});

it.each(['adopt', 'force'])('admits no probe and has no time left if an operator has opened it: %s', (how) => {
  const machine = new Machine();
  if (how === 'adopt') adoptFleetPhase(machine.state, 'forced-open', 0, machine.nowMs);
  else forceOpenBreaker(machine.state, machine.nowMs);
  expect(needsProbe(machine.state, machine.nowMs)).toBe(false);
  expect(openRemainingMs(machine.state, machine.nowMs)).toBe(0);
});
