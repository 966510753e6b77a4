import { type PolicyChoice, simulate, type Traffic } from '@breakwater/simulator';
import { exponential, immediateRetries } from './retry-loops.js';
import type { Study } from './study.js';

export const loadShedding: Study = {
  title: 'Backoff is no load shedding',
  source: 'M. Brooker, "What is backoff for?", 2022-08-11: a direction, without figures to quote',
  assumptions:
    'Half of the requests fail; 3 retries, at once or after 0.1 s x 2^n. Requests a second with backoff as a share of those without: 1 where users come whatever happens, far less where 100 users wait for their call.',
  async findings() {
    const open: Traffic = { kind: 'poisson', perSecond: 200 };
    const serial: Traffic = { kind: 'serial', users: 100, thinkMs: 0 };
    return [
      { row: 'open loop: load with backoff / without', published: 1, ours: await ratio(open), within: 0.05 },
      {
        row: '100 serial users: load with backoff / without',
        published: undefined,
        ours: await ratio(serial),
        note: 'must be well below 1',
      },
    ];
  },
};

async function ratio(traffic: Traffic): Promise<number> {
  return (await requests(exponential(3, 100), traffic)) / (await requests(immediateRetries(3), traffic));
}

async function requests(policy: PolicyChoice, traffic: Traffic): Promise<number> {
  const result = await simulate(
    {
      servers: { server: { faults: [{ kind: 'status', status: 500, share: 0.5, worked: true }] } },
      clients: { client: { traffic } },
      phases: [{ name: 'all', ms: 20_000 }],
    },
    { policy },
  );
  return result.figures({ phase: 'all' }).attempts;
}
