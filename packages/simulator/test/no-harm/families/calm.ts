import type { Behaviour, Traffic } from '@breakwater/simulator';
import { family } from '../family.js';

const s = 1_000;
const jittered = (perSecond: number): Traffic => ({ kind: 'jittered', perSecond });

export const mixedLatencies = family(
  'calm-mixed-latencies',
  'nothing is wrong; fast and slow calls are mixed',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    slowMs: { values: [200, 900, 5_000], range: [100, 20_000] },
    share: { values: [0.1, 0.5], range: [0.02, 0.9] },
  },
  ({ rate, slowMs, share }) => ({
    scenario: {
      servers: { server: { serviceMs: 10 } },
      clients: {
        client: {
          traffic: { kind: 'poisson', perSecond: rate },
          timeoutMs: slowMs * 1.5 + 500,
          mix: [
            { share, serviceMs: { kind: 'uniform', fromMs: 0.7 * slowMs, toMs: 1.3 * slowMs } },
            { share: 1 - share },
          ],
        },
      },
      phases: [{ name: 'before', ms: Math.max(60 * s, 4 * slowMs) }],
    },
    calm: true,
  }),
);

export const longBesideShort = family(
  'calm-long-beside-short',
  'nothing is wrong; long polls, streams and uploads of minutes beside short calls',
  {
    rate: { values: [5, 100], range: [2, 500] },
    share: { values: [0.01, 0.2], range: [0.005, 0.4] },
    shortMs: { values: [10, 200], range: [5, 500] },
    longMs: { values: [30_000, 240_000], range: [10_000, 300_000] },
  },
  ({ rate, share, shortMs, longMs }) => ({
    scenario: {
      servers: { server: { serviceMs: { kind: 'uniform', fromMs: shortMs / 2, toMs: shortMs * 1.5 } } },
      clients: {
        client: {
          traffic: jittered(rate),
          timeoutMs: 2_000,
          mix: [
            { share, holdMs: { kind: 'uniform', fromMs: longMs / 2, toMs: longMs }, timeoutMs: longMs * 2 },
            { share: 1 - share },
          ],
        },
      },
      phases: [{ name: 'before', ms: longMs + 60 * s }],
    },
    calm: true,
  }),
);

export const bursts = family(
  'calm-bursts',
  'nothing is wrong; many calls at once, on a quiet or on a busy key',
  {
    size: { values: [10, 200, 2_000], range: [5, 5_000], integer: true },
    everyMs: { values: [1_000, 20_000], range: [500, 60_000] },
    steady: { values: [1, 100], range: [0.1, 500] },
    serviceMs: { values: [20, 600], range: [5, 900] },
  },
  ({ size, everyMs, steady, serviceMs }) => ({
    scenario: {
      servers: { server: { serviceMs } },
      clients: { client: { traffic: [jittered(steady), { kind: 'burst', size, everyMs }], timeoutMs: 1_000 } },
      phases: [{ name: 'before', ms: Math.max(10 * s, 4 * everyMs) }],
    },
    calm: true,
  }),
);

export const burstsInQueue = family(
  'calm-bursts-in-queue',
  'nothing is wrong; bursts wait in the server’s queue, and all are answered within the timeout',
  {
    size: { values: [50, 400], range: [10, 1_000], integer: true },
    patience: { values: [1.3, 3], range: [1.2, 10] },
    everyMs: { values: [2_000, 20_000], range: [1_000, 60_000] },
  },
  ({ size, patience, everyMs }) => {
    const queueMs = (size / 10) * 10;
    return {
      scenario: {
        servers: { server: { slots: 10, serviceMs: 10 } },
        clients: {
          client: {
            traffic: { kind: 'burst', size, everyMs: Math.max(everyMs, 2 * queueMs) },
            timeoutMs: queueMs * patience + 20,
          },
        },
        phases: [{ name: 'before', ms: 4 * Math.max(everyMs, 2 * queueMs) }],
      },
      calm: true,
    };
  },
);

export const latencyRises = family(
  'calm-latency-rises',
  'nothing is wrong; latency rises to a multiple within a second or a minute, with room for all, and falls again',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    factor: { values: [3, 10], range: [2, 15] },
    overMs: { values: [1_000, 60_000], range: [500, 120_000] },
    usualMs: { values: [10, 80], range: [5, 100] },
  },
  ({ rate, factor, overMs, usualMs }) => ({
    scenario: {
      servers: { server: { serviceMs: usualMs } },
      clients: { client: { traffic: jittered(rate), timeoutMs: usualMs * factor * 1.2 + 20 } },
      phases: [
        { name: 'before', ms: 20 * s },
        { name: 'rise', ms: overMs + 20 * s, servers: { server: { slowFactor: { from: 1, to: factor, overMs } } } },
        { name: 'fall', ms: 20 * s },
      ],
    },
    calm: true,
  }),
);

export const pauses = family(
  'calm-pauses',
  'nothing is wrong; the server stands still for 50 to 300 ms every few seconds, and all are answered in time',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    pauseMs: { values: [50, 150, 300], range: [50, 300] },
    everyMs: { values: [2_000, 5_000], range: [1_000, 10_000] },
    usualMs: { values: [10, 400], range: [5, 500] },
  },
  ({ rate, pauseMs, everyMs, usualMs }) => ({
    scenario: {
      servers: {
        server: {
          serviceMs: usualMs,
          slots: Math.ceil((rate * usualMs) / 1_000) * 3 + 2,
          pauses: { everyMs, forMs: { kind: 'uniform', fromMs: 0.7 * pauseMs, toMs: pauseMs } },
        },
      },
      clients: { client: { traffic: jittered(rate), timeoutMs: 2_000 } },
      phases: [{ name: 'before', ms: 60 * s }],
    },
    calm: true,
  }),
);

export const reports = family(
  'calm-reports',
  'nothing is wrong; fast traffic stops while slow reports go on, and slow reports join fast traffic',
  {
    fast: { values: [20, 300], range: [5, 500] },
    slow: { values: [1, 10], range: [0.5, 20] },
    slowMs: { values: [2_000, 15_000], range: [1_000, 30_000] },
    order: { words: ['fast stops', 'slow joins'] },
  },
  ({ fast, slow, slowMs, order }) => {
    const none: Traffic[] = [];
    const first = order === 'fast stops' ? {} : { reports: none };
    const second = order === 'fast stops' ? { fast: none } : {};
    return {
      scenario: {
        clients: {
          fast: { application: 'app', traffic: jittered(fast), timeoutMs: 1_000 },
          reports: {
            application: 'app',
            traffic: jittered(slow),
            timeoutMs: slowMs * 2,
            mix: [{ share: 1, serviceMs: { kind: 'uniform', fromMs: 0.7 * slowMs, toMs: 1.3 * slowMs } }],
          },
        },
        phases: [
          { name: 'first', ms: 20 * s + slowMs, traffic: first },
          { name: 'second', ms: 3 * slowMs, traffic: second },
          { name: 'both', ms: 10 * s },
        ],
      },
      calm: true,
    };
  },
);

export const quietThenRush = family(
  'calm-rush',
  'nothing is wrong; hours of quiet, or no history at all, and then a rush',
  {
    quietPerMinute: { values: [0.5, 6], range: [0.1, 30] },
    quietMs: { values: [10_000, 14_400_000], range: [10_000, 28_800_000] },
    rush: { values: [50, 800], range: [20, 2_000] },
    serviceMs: { values: [20, 500], range: [5, 900] },
  },
  ({ quietPerMinute, quietMs, rush, serviceMs }) => ({
    scenario: {
      servers: { server: { serviceMs } },
      clients: { client: { traffic: jittered(quietPerMinute / 60), timeoutMs: 1_000 } },
      phases: [
        { name: 'night', ms: quietMs },
        { name: 'rush', ms: 15 * s, traffic: { client: { kind: 'poisson', perSecond: rush } } },
      ],
    },
    calm: true,
  }),
);

export const coldStart = family(
  'calm-cold-start',
  'nothing is wrong; the server is slow at first, with room for all, and the client has no history',
  {
    rate: { values: [5, 100], range: [2, 1_000] },
    factor: { values: [5, 20], range: [2, 30] },
    overMs: { values: [5_000, 60_000], range: [1_000, 120_000] },
  },
  ({ rate, factor, overMs }) => {
    const slow: Behaviour = { slowFactor: { from: factor, to: 1, overMs } };
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: { client: { traffic: jittered(rate), timeoutMs: 30 * factor * 1.2 } },
        phases: [{ name: 'start', ms: overMs + 10 * s, servers: { server: slow } }],
      },
      calm: true,
    };
  },
);

export const rareCalls = family(
  'calm-rare-calls',
  'nothing is wrong; a few calls a minute, each close to its timeout or far from it',
  {
    perMinute: { values: [1, 10, 60], range: [0.2, 60] },
    latency: { values: [0.1, 0.9], range: [0.05, 0.95] },
  },
  ({ perMinute, latency }) => ({
    scenario: {
      servers: { server: { serviceMs: { kind: 'uniform', fromMs: 0, toMs: latency * 10_000 } } },
      clients: { client: { traffic: { kind: 'poisson', perSecond: perMinute / 60 }, timeoutMs: 10_000 } },
      phases: [{ name: 'before', ms: 3_600 * s }],
    },
    calm: true,
  }),
);
