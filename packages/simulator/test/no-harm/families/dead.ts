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
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs } },
        phases: troubled(rate, { ms: 60_000, servers: { server: ways[how as keyof typeof ways] } }, graceAfter(60_000)),
      },
      total: { lengthMs: 60_000, latencyMs: 30 },
      recovery: { graceMs: graceAfter(60_000) },
      // At 200 calls a second, 3,000 attempts: those of the first seconds and some probes. A server that answers one in
      // twenty is not dead: the probe that it answers closes the circuit, until it has failed for 2 s again.
      ...(how !== '95 % of 500s' && { mostAttempts: 200 + rate * 14 * (1 + knownMs / 2_000) }),
    };
  },
);

export const deadForAnHour = family(
  'dead-for-an-hour',
  'a server is dead for an hour: at most 220 probes, and it is found within 33 s of its return',
  {
    rate: { values: [2, 20], range: [1, 50] },
    how: { words: ['refused', 'silent'] },
  },
  ({ rate, how }) => ({
    scenario: {
      servers: { server: { serviceMs: 30 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 500 } },
      phases: troubled(
        rate,
        { ms: 3_600_000, servers: { server: { reach: how === 'refused' ? 'refused' : 'silent' } } },
        33_000,
      ),
    },
    total: { lengthMs: 3_600_000, latencyMs: 30 },
    recovery: { graceMs: 33_500 },
    // The probes, and the attempts of the first seconds.
    mostAttempts: 220 + rate * 14,
  }),
);

/** Rules that a user may set, and after how many outcomes each is met if so many of the requests fail. */
const rules = {
  'five failures in a row': {
    breaker: { consecutiveFailures: 5, failureRate: 1, openMs: 30_000 },
    share: 1,
    metAfter: 5,
  },
  'two failures in a row': { breaker: { consecutiveFailures: 2, openMs: 30_000 }, share: 1, metAfter: 2 },
  'half of ten': {
    breaker: { failureRate: 0.5, minimumCalls: 10, consecutiveFailures: false, openMs: 30_000 },
    share: 0.8,
    metAfter: 30,
  },
  'a tenth of forty': {
    breaker: { failureRate: 0.1, minimumCalls: 40, consecutiveFailures: false, openMs: 30_000 },
    share: 0.3,
    metAfter: 80,
  },
} as const;

export const userRules = family(
  'user-rules',
  'a rule that the user sets trips as written, on a quiet and on a busy key',
  {
    rate: { values: [2, 40, 200, 1_000], range: [2, 2_000] },
    rule: { words: Object.keys(rules) as (keyof typeof rules)[] },
    quietMs: { values: [200, 20_000], range: [100, 30_000] },
  },
  ({ rate, rule, quietMs }) => {
    const { breaker, metAfter, share } = rules[rule];
    return {
      scenario: {
        servers: { server: { serviceMs: 10 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 500 } },
        phases: [
          { name: 'before', ms: quietMs },
          { name: 'trouble', ms: 20_000, servers: { server: { faults: [{ kind: 'status', status: 500, share }] } } },
        ],
      },
      userOptions: { breaker, retry: false },
      // The rate rule also looks at what succeeded in its window before.
      mostAttempts: metAfter + Math.ceil(rate * 0.01) + windowCalls(rate, quietMs, rules[rule]),
    };
  },
);

/** The calls after which failures outweigh the successes of the window before, with room for chance. */
function windowCalls(rate: number, quietMs: number, { breaker, share }: (typeof rules)[keyof typeof rules]): number {
  if (breaker.consecutiveFailures !== false) return 0;
  const { failureRate } = breaker;
  return Math.ceil((((rate * Math.min(quietMs, 30_000)) / 1_000) * failureRate * 1.5) / (share - failureRate));
}
