import { expect, it } from '@jest/globals';
import type { FleetView } from '../commands/fleet-view.js';
import { OutcomePool } from './outcome-pool.js';

const view = (slice: number, calls: number, failures: number): FleetView => ({
  generation: 1,
  phase: 'closed',
  remainingMs: 0,
  growth: 0,
  why: '-',
  coolGeneration: 0,
  coolRemainingMs: 0,
  leases: 0,
  slice,
  counts: { calls, failures, slow: 0 },
  failing: 1,
  needed: 1,
  applied: true,
  published: undefined,
  waitMs: 0,
  ruleSets: 1,
  instances: 1,
  stretch: 0,
  sinceSyncMs: 0,
  openedBy: [],
  budget: { slice: 0, sums: [] },
});

it('takes out the added outcomes once', () => {
  const ledger = new OutcomePool();
  ledger.add(true, false);
  ledger.add(false, true);
  expect(ledger.take()).toEqual({ calls: 2, failures: 1, slow: 1 });
  expect(ledger.take()).toEqual({ calls: 0, failures: 0, slow: 0 });
});

it('subtracts its own outcomes from the sums for as long as they are in them', () => {
  const ledger = new OutcomePool();
  ledger.sent(100, { calls: 5, failures: 2, slow: 0 });
  ledger.sent(104, { calls: 3, failures: 1, slow: 0 });
  expect(ledger.rest(view(109, 20, 10))).toEqual({ calls: 12, failures: 7, slow: 0 });
  expect(ledger.rest(view(110, 20, 10))).toEqual({ calls: 17, failures: 9, slow: 0 });
  expect(ledger.rest(view(114, 20, 10))).toEqual({ calls: 20, failures: 10, slow: 0 });
});

it('never returns a negative count, even if the fleet has lost its sums', () => {
  const ledger = new OutcomePool();
  ledger.sent(100, { calls: 5, failures: 2, slow: 0 });
  expect(ledger.rest(view(100, 1, 0))).toEqual({ calls: 0, failures: 0, slow: 0 });
  ledger.clear();
  expect(ledger.rest(view(100, 1, 0))).toEqual({ calls: 1, failures: 0, slow: 0 });
});
