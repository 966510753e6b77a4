import { type Caller, type CallerHost, simulate } from '@breakwater/simulator';
import type { Finding, Study } from './study.js';

const CAPACITY = 200;
const DEMAND = 1_000;

export const clientThrottle: Study = {
  title: 'Client throttle: sent = min(demand, K x capacity)',
  source: 'SRE book, chapter 21: refuse with max(0, (requests - K x accepts) / (requests + 1))',
  assumptions:
    'Demand 1,000/s, a server that accepts 200/s and turns away the rest; counts of the last 10 s. Requests a second from 30 s on. The server accepts a little less than 200/s, since what it turns away comes in clumps.',
  async findings() {
    const found: Finding[] = [];
    for (const k of [1.1, 1.5, 2]) {
      const published = Math.min(DEMAND, k * CAPACITY);
      found.push({ row: `K = ${k}`, published, ours: await sentPerSecond(k), within: published * 0.05 });
    }
    return found;
  },
};

async function sentPerSecond(k: number): Promise<number> {
  const result = await simulate(
    {
      servers: { server: { throttle: { perSecond: CAPACITY, status: 503 } } },
      clients: { client: { traffic: { kind: 'poisson', perSecond: DEMAND } } },
      phases: [
        { name: 'settling', ms: 30_000 },
        { name: 'steady', ms: 30_000 },
      ],
    },
    { policy: (host) => throttled(k, host) },
  );
  return result.figures({ phase: 'steady' }).attempts / 30;
}

/** Refuses by the rule of the book. */
function throttled(k: number, { clock, random }: CallerHost): Caller {
  const seconds: { requests: number; accepts: number }[] = [];
  return {
    async execute(attempt) {
      const second = Math.floor(clock.now() / 1_000);
      while (seconds.length <= second) seconds.push({ requests: 0, accepts: 0 });
      const last = seconds.slice(-10);
      const requests = last.reduce((sum, one) => sum + one.requests, 0);
      const accepts = last.reduce((sum, one) => sum + one.accepts, 0);
      const own = seconds[second] as { requests: number; accepts: number };
      own.requests += 1;
      if (random() < Math.max(0, (requests - k * accepts) / (requests + 1))) throw new Error('refused here');
      const answer = await attempt();
      if ((answer as { readonly status: number }).status < 400) own.accepts += 1;
      return answer;
    },
  };
}
