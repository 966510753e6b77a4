import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { troubled } from '../timeline.js';

export const dead = family(
  'dead-server',
  'a server is dead for a minute: it is left alone about 2 s after the first failure is known',
  {
    rate: { values: [5, 50, 200, 1_000], range: [2, 2_000] },
    how: { words: ['refused', 'silent', '503', '500 at once', '95 % of 500s'] },
    timeoutMs: { values: [250, 1_000], range: [200, 2_000] },
  },
  ({ rate, how, timeoutMs }) => {
    const ways = {
      refused: { reach: 'refused' },
      silent: { reach: 'silent' },
      '503': { faults: [{ kind: 'status', status: 503, share: 1 }] },
      '500 at once': { faults: [{ kind: 'status', status: 500, share: 1 }] },
      '95 % of 500s': { faults: [{ kind: 'status', status: 500, share: 0.95 }] },
    } as const;
    const knownMs = how === 'silent' ? timeoutMs : 0;
    const isDead = how !== '95 % of 500s';
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs } },
        phases: troubled(rate, { ms: 60_000, servers: { server: ways[how as keyof typeof ways] } }, graceAfter(60_000)),
      },
      total: { lengthMs: 60_000, latencyMs: 30 },
      recovery: { graceMs: graceAfter(60_000) },
      // At 200 calls a second, 3,000 attempts: those of the first seconds and some probes.
      ...(isDead && { mostAttempts: 200 + rate * 14 * (1 + knownMs / 2_000) }),
    };
  },
);
