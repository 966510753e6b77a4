import { simulate } from '@breakwater/simulator';
import { immediateRetries } from './retry-loops.js';
import type { Finding, Study } from './study.js';

const CALLS_PER_SECOND = 76;

/** Share of the power that is left, for how long, share of the calls, and if it recovers. */
const PUBLISHED: readonly (readonly [string, number, number, number, number])[] = [
  ['power cut by 80 % for 10 s', 0.2, 10_000, 1, 0],
  ['power cut by 78 % for 10 s', 0.22, 10_000, 1, 1],
  ['power cut by 80 % for 9 s', 0.2, 9_000, 1, 1],
  ['power cut by 80 % for 10 s, 30 % fewer calls', 0.2, 10_000, 0.7, 1],
];

export const slowPrimary: Study = {
  title: 'Retry experiment on MongoDB: three changes, of which each averts the failure',
  source: '"Metastable Failures in the Wild" (OSDI 2022), retry experiment of its artefact',
  assumptions:
    'One open-loop client, timeout 3 s, 4 resends at once; the power of the primary is cut for a while. The shape is reproduced, not the hardware: 2 slots of 10 ms, and the one free number, the load (76/s), is the lowest at which the first row fails. 1 recovers, 0 stays down.',
  async findings() {
    const found: Finding[] = [];
    for (const [row, power, ms, share, published] of PUBLISHED) {
      const ours = await recovers(power, ms, CALLS_PER_SECOND * share);
      found.push({ row, published, ours, within: 0 });
    }
    return found;
  },
};

/** 1 if most calls are answered in the end, else 0. */
export async function recovers(power: number, ms: number, perSecond: number): Promise<number> {
  const result = await simulate(
    {
      servers: { server: { slots: 2, serviceMs: 10 } },
      clients: { client: { traffic: { kind: 'even', perSecond }, timeoutMs: 3_000 } },
      phases: [
        { name: 'before', ms: 5_000 },
        { name: 'trouble', ms, servers: { server: { slowFactor: 1 / power } } },
        { name: 'after', ms: 100_000 },
        { name: 'end', ms: 10_000 },
      ],
    },
    { policy: immediateRetries(4) },
  );
  return result.figures({ phase: 'end' }).success > 0.9 ? 1 : 0;
}
