import { type PolicyChoice, type Scenario, simulate } from '@breakwater/simulator';
import { fullJitter, immediateRetries } from './retry-loops.js';
import type { Finding, Study } from './study.js';

const SOURCE = 'M. Brooker, simple_collapse_sim, cited by "Analyzing Metastable Failures" (HotOS 2025)';
const ASSUMPTIONS =
  'Service time 1 s + 0.01 s for each request in the server, network exp(0.1 s) each way, timeout 3 s, 3 tries in all. The server goes on with requests of clients that have given up. Poisson arrivals with a spike to 80/s at 20 s, 80 s in all. Backoff: U x 20 s, U x 40 s. Share of runs that never recover, by what is answered in the last 15 s: 8 runs in the source, 6 for base loads, 24 here.';
const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);
/** So few runs as those of the source decide nothing finer: one of six is 0.17. */
const WITHIN = 0.34;

const IMMEDIATE = immediateRetries(2);
const BACKOFF = fullJitter(2, 20_000);

export const collapseBySpike: Study = {
  title: 'Collapse and recovery, by the length of the spike at a base load of 40/s',
  source: SOURCE,
  assumptions: ASSUMPTIONS,
  findings: () =>
    findingsFor([
      ['spike of 1 s', 40, 1_000, 0, 0],
      ['spike of 3 s', 40, 3_000, 0, 0],
      ['spike of 4 s', 40, 4_000, 0.25, 0],
      ['spike of 5 s', 40, 5_000, 0.63, 0],
      ['spike of 7 s', 40, 7_000, 1, 0.38],
      ['spike of 10 s', 40, 10_000, 1, 1],
    ]),
};

export const collapseByLoad: Study = {
  title: 'Collapse and recovery, by the base load with a spike of 5 s',
  source: SOURCE,
  assumptions: ASSUMPTIONS,
  findings: () =>
    findingsFor([
      ['base load 25/s', 25, 5_000, 0, 0],
      ['base load 30/s', 30, 5_000, 0.5, 0],
      ['base load 35/s', 35, 5_000, 0.83, 0],
      ['base load 45/s', 45, 5_000, 1, 0],
      ['base load 50/s', 50, 5_000, 1, 0.83],
      ['base load 60/s', 60, 5_000, 1, 1],
    ]),
};

async function findingsFor(rows: readonly (readonly [string, number, number, number, number])[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [row, base, spikeMs, immediate, backoff] of rows) {
    const shareOf = (policy: PolicyChoice) => neverRecovered(policy, base, spikeMs);
    const defaults = await shareOf({});
    found.push(
      { row: `${row}, retries at once`, published: immediate, ours: await shareOf(IMMEDIATE), within: WITHIN },
      { row: `${row}, backoff and jitter`, published: backoff, ours: await shareOf(BACKOFF), within: WITHIN },
      {
        row: `${row}, the default policy`,
        published: undefined,
        ours: defaults,
        note: defaults === 0 ? 'recovers in every run' : '**does not recover in every run**',
      },
    );
  }
  return found;
}

async function neverRecovered(policy: PolicyChoice, base: number, spikeMs: number): Promise<number> {
  let lost = 0;
  for (const seed of SEEDS) if (!(await recovers(policy, base, spikeMs, seed))) lost += 1;
  return lost / SEEDS.length;
}

/**
 * Tells if most calls of the last 15 s are answered within them. The source ends its runs with the load still there:
 * retries that would find an idle server afterwards do not count.
 */
export async function recovers(policy: PolicyChoice, base: number, spikeMs: number, seed: number): Promise<boolean> {
  let [calls, answered] = [0, 0];
  const isInLast = (ms: number): boolean => ms >= LAST_FROM_MS && ms < UNTIL_MS;
  await simulate(collapseScenario(base, spikeMs), {
    policy,
    seed,
    onCall: ({ end, endedMs, startedMs }) => {
      if (isInLast(startedMs)) calls += 1;
      if (end === 'answered' && isInLast(endedMs)) answered += 1;
    },
  });
  return answered > calls / 2;
}

const UNTIL_MS = 80_000;
const LAST_FROM_MS = 65_000;

function collapseScenario(base: number, spikeMs: number): Scenario {
  return {
    servers: { server: { serviceMs: 1_000, perRequestMs: 10 } },
    clients: {
      client: {
        traffic: { kind: 'poisson', perSecond: base },
        timeoutMs: 3_000,
        networkMs: { kind: 'exponential', meanMs: 100 },
      },
    },
    phases: [
      { name: 'before', ms: 20_000 },
      { name: 'spike', ms: spikeMs, traffic: { client: { kind: 'poisson', perSecond: 80 } } },
      { name: 'after', ms: UNTIL_MS - 20_000 - spikeMs },
    ],
  };
}
