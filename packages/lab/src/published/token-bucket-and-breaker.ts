import { type PolicyChoice, simulate } from '@breakwater/simulator';
import { adaptiveRetries, immediateRetries, lifetimeBreaker } from './retry-loops.js';
import type { Finding, Study } from './study.js';

const SOURCE = 'M. Brooker, "Fixing retries with token buckets and circuit breakers", 2022-02-28, and its retry_sim.py';

/** Share of failing requests, then success and load of adaptive retries and of a breaker. */
const PUBLISHED: readonly (readonly [number, number, number, number, number])[] = [
  [0.01, 1, 1.01, 1, 1.009],
  [0.05, 1, 1.052, 0.997, 1.051],
  [0.1, 0.986, 1.095, 0.927, 1.031],
  [0.2, 0.884, 1.106, 0.8, 1.001],
  [0.3, 0.774, 1.107, 0.7, 1],
  [0.5, 0.557, 1.107, 0.498, 1],
  [0.75, 0.276, 1.107, 0.248, 1],
];

export const analyticRetries: Study = {
  title: 'Retries alone: 1 - x^4 of success for (1 - x^4) / (1 - x) of load',
  source: SOURCE,
  assumptions:
    '100 clients with 10 calls a second each; each request fails with x, whatever the load; 3 retries at once. The figures are exact.',
  async findings() {
    const found: Finding[] = [];
    for (const [x] of PUBLISHED) {
      const none = await fate('none', x, 20_000);
      const three = await fate(immediateRetries(3), x, 20_000);
      found.push(
        { row: `x = ${x}, no retry: success`, published: 1 - x, ours: none.success, within: 0.01 },
        { row: `x = ${x}, 3 retries: success`, published: 1 - x ** 4, ours: three.success, within: 0.01 },
        { row: `x = ${x}, 3 retries: load`, published: (1 - x ** 4) / (1 - x), ours: three.load, within: 0.01 },
      );
    }
    return found;
  },
};

export const tokenBucketAndBreaker: Study = {
  title: 'Token bucket against breaker',
  source: SOURCE,
  assumptions:
    'As above, for 60 s. Adaptive: a bucket of 5 tokens, each call adds 0.1, a retry takes 1. Breaker: 3 retries, none while more than 10 % of all requests of this client have failed.',
  async findings() {
    const found: Finding[] = [];
    for (const [x, ...published] of PUBLISHED) {
      const adaptive = await fate(adaptiveRetries(), x, 60_000);
      const breaker = await fate(lifetimeBreaker(), x, 60_000);
      const ours = [adaptive.success, adaptive.load, breaker.success, breaker.load];
      for (const [index, name] of [
        'adaptive: success',
        'adaptive: load',
        'breaker: success',
        'breaker: load',
      ].entries()) {
        found.push({
          row: `x = ${x}, ${name}`,
          published: published[index],
          ours: ours[index] as number,
          within: 0.03,
        });
      }
    }
    return found;
  },
};

/** Number of clients, success and load of adaptive retries at x = 0.5, success of the breaker at x = 0.05. */
const BY_CLIENTS: readonly (readonly [number, number, number, number])[] = [
  [10, 0.558, 1.107, 0.996],
  [100, 0.575, 1.168, 0.983],
  [1_000, 0.801, 1.6, 0.947],
];

export const clientCount: Study = {
  title: 'State in each client: the same traffic over more clients',
  source: SOURCE,
  assumptions:
    '100 calls a second in all for 60 s, over 10, 100 and 1,000 clients, each with its own bucket or breaker. Each begins with a call.',
  async findings() {
    const found: Finding[] = [];
    for (const [clients, success, load, breakerSuccess] of BY_CLIENTS) {
      const adaptive = await fate(adaptiveRetries(), 0.5, 60_000, clients, 100);
      const breaker = await fate(lifetimeBreaker(), 0.05, 60_000, clients, 100);
      found.push(
        {
          row: `${clients} clients, adaptive, x = 0.5: success`,
          published: success,
          ours: adaptive.success,
          within: 0.03,
        },
        { row: `${clients} clients, adaptive, x = 0.5: load`, published: load, ours: adaptive.load, within: 0.03 },
        {
          row: `${clients} clients, breaker, x = 0.05: success`,
          published: breakerSuccess,
          ours: breaker.success,
          within: 0.03,
        },
      );
    }
    return found;
  },
};

/** Success, and requests per call, if a share x of the requests fails: of the calls after `settlingMs`. */
export async function fate(
  policy: PolicyChoice,
  x: number,
  ms: number,
  clients = 100,
  perSecond = 1_000,
  settlingMs = 0,
) {
  // Each client of the source begins with a call, which counts where a client makes six in all.
  const traffic = [
    { kind: 'burst', size: 1, everyMs: settlingMs + ms + 1 },
    { kind: 'poisson', perSecond: perSecond / clients },
  ] as const;
  const result = await simulate(
    {
      servers: {
        server: {
          serviceMs: { kind: 'exponential', meanMs: 10 },
          faults: [{ kind: 'status', status: 500, share: x, worked: true }],
        },
      },
      clients: Object.fromEntries(Array.from({ length: clients }, (_, index) => [`client-${index}`, { traffic }])),
      phases: [...(settlingMs > 0 ? [{ name: 'settling', ms: settlingMs }] : []), { name: 'all', ms }],
    },
    { policy },
  );
  const { attempts, calls, success } = result.figures({ phase: 'all' });
  return { success, load: attempts / calls };
}
