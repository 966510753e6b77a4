import type { Traffic } from '@breakwater/simulator';
import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { stretchMs } from '../timeline.js';

export const pollsAndBurst = family(
  'polls-and-503s',
  'long polls or event streams are open beside short calls when a burst of errors comes; then the server is healthy',
  {
    rate: { values: [5, 50, 300], range: [2, 1_000] },
    polls: { values: [2, 5, 40], range: [1, 100], integer: true },
    pollMs: { values: [60_000, 600_000], range: [30_000, 1_800_000] },
    how: { words: ['503', 'reset', 'silent'] },
  },
  ({ rate, polls, pollMs, how }) => {
    const trouble = {
      '503': { faults: [{ kind: 'status', status: 503, share: 1 }] },
      reset: { faults: [{ kind: 'error', code: 'ECONNRESET', share: 1 }] },
      silent: { reach: 'silent' },
    } as const;
    const poll: Traffic = { kind: 'serial', users: polls, thinkMs: 1_000 };
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: {
          polls: { application: 'app', traffic: poll, timeoutMs: pollMs * 2, mix: [{ share: 1, holdMs: pollMs }] },
          short: { application: 'app', traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 },
        },
        phases: [
          { name: 'before', ms: stretchMs(rate, 200, 5_000, 30_000) },
          { name: 'trouble', ms: 1_000, servers: { server: trouble[how as keyof typeof trouble] } },
          { name: 'after', ms: graceAfter(1_000) + stretchMs(rate, 300, 30_000, 120_000) },
        ],
      },
      total: { lengthMs: 1_000, latencyMs: 30 },
      recovery: { graceMs: graceAfter(1_000) },
      bystanders: ({ client }) => client === 'short',
    };
  },
);

export const longCalls = family(
  'long-calls',
  'calls of many seconds, after an outage of a minute',
  {
    rate: { values: [0.5, 1, 5], range: [0.2, 20] },
    serviceMs: { values: [10_000, 40_000], range: [5_000, 60_000] },
    outageMs: { values: [5_000, 60_000], range: [5_000, 120_000] },
    how: { words: ['refused', 'frozen'] },
  },
  ({ rate, serviceMs, outageMs, how }) => {
    // An answer is known only after a call's own time; two of them close a circuit.
    const graceMs = graceAfter(outageMs) + 2 * serviceMs;
    return {
      scenario: {
        servers: { server: { serviceMs } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 4 * serviceMs } },
        phases: [
          { name: 'before', ms: 3 * serviceMs },
          { name: 'trouble', ms: outageMs, servers: { server: { reach: how === 'refused' ? 'refused' : 'frozen' } } },
          { name: 'after', ms: graceMs + 4 * serviceMs },
        ],
      },
      total: { lengthMs: outageMs, latencyMs: serviceMs },
      recovery: { graceMs },
    };
  },
);
