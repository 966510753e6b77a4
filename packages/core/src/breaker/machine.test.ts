import { expect, it } from '@jest/globals';
import { cause, Machine } from '../../test/breaker-machine.js';
import { countsOf } from './phase.js';

it('opens at the fifth failure in a row, with the reason', () => {
  const machine = new Machine();
  machine.calls('FFFF');
  expect(machine.state.phase).toBe('closed');
  machine.calls('F');
  expect(machine.transitions).toEqual([
    {
      from: 'closed',
      to: 'open',
      why: 'consecutive-failures',
      counts: { calls: 5, failures: 5, slow: 0 },
      openForMs: 1_000,
      generation: 1,
    },
  ]);
  expect(machine.state.cause).toBe(cause);
});

it('starts a new run after a success', () => {
  const machine = new Machine();
  machine.calls('FFFFSFFFF');
  expect(machine.state.phase).toBe('closed');
});

it('ignores runs if that rule is off', () => {
  const machine = new Machine({ consecutiveFailures: false });
  machine.calls('F'.repeat(19));
  expect(machine.state.phase).toBe('closed');
  machine.calls('F');
  expect(machine.transitions).toMatchObject([{ why: 'failure-rate' }]);
});

it.each([
  [{ kind: 'time', ms: 8_000 }, 8_000],
  [{ kind: 'count', size: 100 }, 30_000],
] as const)('forgets a run after a time without an outcome: window %j, %d ms', (window, memoryMs) => {
  const machine = new Machine({ window, failureRate: false });
  machine.calls('FFFF');
  machine.nowMs += memoryMs;
  machine.calls('FFFF');
  expect(machine.state.phase).toBe('closed');
  machine.nowMs += memoryMs - 1;
  machine.calls('F');
  expect(machine.state.phase).toBe('open');
});

it('opens only when the run has lasted for consecutiveForMs too', () => {
  const machine = new Machine({ consecutiveForMs: 500, failureRate: false });
  machine.calls('FFFFFFF');
  machine.nowMs += 499;
  machine.calls('F');
  expect(machine.state.phase).toBe('closed');
  machine.nowMs += 1;
  machine.calls('F');
  expect(machine.transitions).toMatchObject([{ why: 'consecutive-failures' }]);
});

it('measures the duration of a run from its first failure, not from the success before', () => {
  const machine = new Machine({ consecutiveForMs: 500, failureRate: false });
  machine.calls('FS');
  machine.nowMs += 400;
  machine.calls('FFFFF');
  machine.nowMs += 100;
  machine.calls('F');
  expect(machine.state.phase).toBe('closed');
});

it.each([
  ['at half of twenty', 'SF'.repeat(10), 'open'],
  ['not below the minimum of calls', `${'SF'.repeat(9)}F`, 'closed'],
  ['not below half', `S${'SF'.repeat(10)}`, 'closed'],
] as const)('opens by the failure rate %s', (_when, outcomes, phase) => {
  const machine = new Machine();
  machine.calls(outcomes);
  expect(machine.state.phase).toBe(phase);
});

it('checks the failure rate after a success too', () => {
  const machine = new Machine({ minimumCalls: 4 });
  machine.calls('FFS');
  expect(machine.state.phase).toBe('closed');
  machine.calls('S');
  expect(machine.transitions).toMatchObject([{ why: 'failure-rate', counts: { calls: 4, failures: 2 } }]);
});

it('ignores the failure rate if that rule is off', () => {
  const machine = new Machine({ failureRate: false });
  machine.calls('FFFFS'.repeat(20));
  expect(machine.state.phase).toBe('closed');
});

it('computes the rate over a count window however slowly calls come', () => {
  const machine = new Machine({ window: { kind: 'count', size: 4 }, minimumCalls: 4 });
  for (const outcome of 'SSSFSF') {
    machine.nowMs += 3_600_000;
    machine.calls(outcome);
  }
  expect(machine.transitions).toMatchObject([{ why: 'failure-rate', counts: { calls: 4, failures: 2 } }]);
});

it('empties a time window while nothing happens', () => {
  const machine = new Machine({ minimumCalls: 4 });
  machine.calls('FSF');
  machine.nowMs += 30_000;
  machine.calls('F');
  expect(machine.state.phase).toBe('closed');
  expect(countsOf(machine.state, machine.nowMs)).toEqual({ calls: 1, failures: 1, slow: 0 });
});

it('opens when all calls are slow, though none fails', () => {
  const machine = new Machine({ slowCallMs: 100, minimumCalls: 4 });
  machine.calls('LLL');
  expect(machine.state.phase).toBe('closed');
  machine.calls('L');
  expect(machine.transitions).toMatchObject([{ why: 'slow-call-rate', counts: { calls: 4, failures: 0, slow: 4 } }]);
});

it('opens at the share of slow calls that was set', () => {
  const machine = new Machine({ slowCallMs: 100, slowCallRate: 0.5, minimumCalls: 4 });
  machine.calls('SLSL');
  expect(machine.transitions).toMatchObject([{ why: 'slow-call-rate' }]);
});

it('has no slow-call rule while slowCallMs is not set', () => {
  const machine = new Machine({ minimumCalls: 4 });
  machine.calls('LLLLLLLL');
  expect(machine.state.phase).toBe('closed');
});

it('opens after five failed calls over two seconds if calls are rare', () => {
  const machine = new Machine({ consecutiveForMs: 'auto' });
  for (let call = 0; call < 4; call += 1) {
    machine.calls('F');
    machine.nowMs += 1_000;
  }
  expect(machine.state.phase).toBe('closed');
  machine.calls('F');
  expect(machine.state.phase).toBe('open');
});

it('does not open after five failures in a row if calls are frequent, until they last', () => {
  const machine = new Machine({ consecutiveForMs: 'auto' });
  for (let call = 0; call < 5_000; call += 1) {
    machine.nowMs += 1;
    machine.calls('S');
  }
  machine.calls('FFFFF');
  expect(machine.state.phase).toBe('closed');
  for (let call = 0; machine.state.phase === 'closed' && call < 5_000; call += 1) {
    machine.nowMs += 1;
    machine.calls('F');
  }
  expect(machine.transitions).toMatchObject([{ to: 'open', why: 'consecutive-failures' }]);
});
