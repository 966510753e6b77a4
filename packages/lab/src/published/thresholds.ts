import { type PolicyChoice, simulate } from '@breakwater/simulator';
import { immediateRetries, limitedRetry } from './retry-loops.js';
import type { Finding, Study } from './study.js';

export const thresholds: Study = {
  title: 'The worked example of metastability: stable below 150/s, or with 20 retries a second',
  source: '"Metastable Failures in Distributed Systems" (HotOS 2021); known from notes on the paper, not from its text',
  assumptions:
    'A database with room for 300 requests of 100 ms a second; timeout 1 s, one retry at once; nothing is answered for 10 s, and then everything comes at once. 1 is recovered within 10 minutes, 0 is not. The paper has a database that becomes ten times slower above 300/s, this model one that queues.',
  async findings() {
    const found: Finding[] = [];
    for (const [perSecond, published] of [
      [140, 1],
      [160, 0],
      [280, 0],
    ] as const) {
      const ours = await recovered(immediateRetries(1), perSecond);
      found.push({ row: `${perSecond}/s, one retry`, published, ours, within: 0 });
    }
    for (const [limit, published] of [
      [10, 1],
      [30, 0],
    ] as const) {
      const ours = await recovered(limitedRetry(limit), 280);
      found.push({ row: `280/s, at most ${limit} retries a second`, published, ours, within: 0 });
    }
    found.push({
      row: '280/s, the default policy',
      published: undefined,
      ours: await recovered({}, 280),
    });
    return found;
  },
};

async function recovered(policy: PolicyChoice, perSecond: number): Promise<number> {
  const result = await simulate(
    {
      servers: { server: { slots: 30, serviceMs: 100 } },
      clients: { client: { traffic: { kind: 'even', perSecond }, timeoutMs: 1_000 } },
      phases: [
        { name: 'before', ms: 5_000 },
        { name: 'outage', ms: 10_000, servers: { server: { reach: 'frozen' } } },
        { name: 'after', ms: 570_000 },
        { name: 'end', ms: 20_000 },
      ],
    },
    { policy },
  );
  return result.figures({ phase: 'end' }).success > 0.9 ? 1 : 0;
}
