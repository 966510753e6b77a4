import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { modelledFleet, type PolicyChoice } from '@breakwater/simulator';
import type { Finding, Study } from './study.js';
import { fate } from './token-bucket-and-breaker.js';

const CLIENTS = [10, 100, 1_000] as const;
/** Time for each client to ask the store for the first time. */
const SETTLING_MS = 15_000;
/** Share of failing requests. */
const FAILING = 0.5;

/** A policy, by default the default one, in processes that share a budget through a modelled store. */
export function sharedBudget(options: PolicyOptions = {}): PolicyChoice {
  const fleet = modelledFleet();
  return ({ clock, random }) =>
    createPolicy({ ...options, mode: 'enforce', clock, random, store: fleet.join(clock, random) });
}

export const fleetBudget: Study = {
  title: 'State that the clients share: the same traffic over more clients',
  source: 'The weakness is that of the rows above; the source says that shared state would change them',
  assumptions:
    '100 calls a second in all for 15 s and the 60 s that count; half of the requests fail. The default policy, with a shared store that each client asks once a second at most if all is well, and four times if it wants retries; a message takes 1 ms. Compared with 10 clients: success within 0.02, load within 5 %.',
  async findings() {
    const found: Finding[] = [];
    let few: Awaited<ReturnType<typeof fate>> | undefined;
    for (const clients of CLIENTS) {
      const ours = await fate(sharedBudget(), FAILING, 60_000, clients, 100, SETTLING_MS);
      few ??= ours;
      const alone = await fate({}, FAILING, 60_000, clients, 100, SETTLING_MS);
      found.push(
        { row: `${clients} clients, shared: success`, published: few.success, ours: ours.success, within: 0.02 },
        { row: `${clients} clients, shared: load`, published: few.load, ours: ours.load, within: few.load * 0.05 },
        { row: `${clients} clients, each for itself: load`, published: undefined, ours: alone.load },
      );
    }
    return found;
  },
};
