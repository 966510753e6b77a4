import { builtInScenarios, type PolicyChoice, rivals, type Scenario, simulate } from '@breakwater/simulator';
import type { Study } from './study.js';

export const layers: Study = {
  title: 'Amplification over three layers',
  source: 'SRE book, chapter 22 (from memory, as stated by ThomWright, 2022-09-12): 4 x 4 x 4',
  assumptions:
    'Three services in a row, each with 3 retries, 100 calls a second; the database fails every request. With a budget of 20 % at each layer the bound is 1.2 x 1.2 x 1.2; the policy pays for retries with answers, so that it stays below. Requests to the database per call of a user.',
  async findings() {
    return [
      { row: '3 retries at once', published: 64, ours: await amplification(rivals.naive.policy, 100), within: 0.01 },
      {
        row: 'budget of 20 %, no minimum',
        published: 1.2 ** 3,
        ours: await amplification({ ...RETRIES_ONLY, budget: { ratio: 0.2, minRetriesPerSecond: 0 } }, 100),
        note: 'a bound, not a figure',
      },
      { row: 'the default policy at 100/s', published: undefined, ours: await amplification({}, 100) },
      { row: 'the default policy at 2/s', published: undefined, ours: await amplification({}, 2) },
    ];
  },
};

const RETRIES_ONLY = {
  retry: { backoff: { kind: 'constant', baseMs: 0, jitter: 'none' }, statuses: [502, 503] },
  breaker: false,
  limit: false,
} as const;

/** Requests to the database per call of a user. */
export async function amplification(policy: PolicyChoice, perSecond: number, ms = 20_000): Promise<number> {
  const { clients, servers } = builtInScenarios.find(({ name }) => name === 'layers') as Scenario;
  const result = await simulate(
    {
      servers: { ...servers, database: { faults: [{ kind: 'status', status: 503, share: 1 }] } },
      clients: { ...clients, shop: { servers: 'orders', traffic: { kind: 'even', perSecond } } },
      phases: [{ name: 'all', ms }],
    },
    { policy },
  );
  return result.figures({ client: 'stock-to-database' }).attempts / result.figures({ client: 'shop' }).calls;
}
