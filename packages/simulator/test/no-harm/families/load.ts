import { type Behaviour, capacityWithin } from '@breakwater/simulator';
import { family } from '../family.js';
import { graceAfter, type Shape } from '../shape.js';
import { stretchMs, troubled } from '../timeline.js';

interface Load {
  readonly rate: number;
  readonly timeoutMs: number;
  readonly server: Behaviour;
  readonly trouble: Behaviour;
  readonly troubleMs: number;
  readonly atLeast?: number | undefined;
}

/** A server that loses capacity while calls come at the same rate; it must serve what it can, and be back at once. */
function loaded({ rate, timeoutMs, server, trouble, troubleMs, atLeast }: Load): Omit<Shape, 'name'> {
  const capacity = capacityWithin({ ...server, ...trouble }, 0, troubleMs);
  const possible = Math.min(capacity, (rate * troubleMs) / 1_000);
  return {
    scenario: {
      servers: { server },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs } },
      phases: troubled(rate, { ms: troubleMs, servers: { server: trouble } }, graceAfter(troubleMs)),
    },
    recovery: { graceMs: graceAfter(troubleMs), ...(atLeast !== undefined && { backWithinMs: 500 }) },
    ...(atLeast !== undefined && { goodput: { possible, atLeast } }),
  };
}

/** Share of the possible that must be reached, by how much slower the server is. */
const wanted = { 3: 0.95, 10: 0.85, 20: 0.6 } as const;

export const slowDown = family(
  'slow-down',
  'a busy server (10 slots of 10 ms, 500 calls/s, timeout 250 ms) is so many times slower for 4 s',
  { factor: { values: [3, 10, 20] } },
  ({ factor }) =>
    loaded({
      rate: 500,
      timeoutMs: 250,
      server: { slots: 10, serviceMs: 10 },
      trouble: { slowFactor: factor },
      troubleMs: 4_000,
      atLeast: wanted[factor as keyof typeof wanted] ?? 0.6,
    }),
);

const servers = {
  'two of ten slots left': {
    slots: 10,
    serviceMs: 10,
    rate: 500,
    timeoutMs: 250,
    trouble: { slots: 2 },
    atLeast: 0.95,
  },
  'exponential service': {
    slots: 10,
    serviceMs: { kind: 'exponential', meanMs: 10 },
    rate: 500,
    timeoutMs: 250,
    trouble: { slowFactor: 10 },
    atLeast: 0.75,
  },
  'patient callers': {
    slots: 10,
    serviceMs: 10,
    rate: 500,
    timeoutMs: 2_000,
    trouble: { slowFactor: 10 },
    atLeast: 0.85,
  },
  'two slots': { slots: 2, serviceMs: 20, rate: 60, timeoutMs: 500, trouble: { slowFactor: 5 }, atLeast: 0.8 },
  '100 slots': { slots: 100, serviceMs: 20, rate: 3_000, timeoutMs: 500, trouble: { slowFactor: 8 }, atLeast: 0.8 },
} as const;

export const otherServers = family(
  'slow-down-of-others',
  'the same on servers of other sizes, with other callers',
  {
    server: { words: Object.keys(servers) as (keyof typeof servers)[] },
    troubleMs: { values: [4_000, 10_000], range: [3_000, 20_000] },
  },
  ({ server, troubleMs }) => {
    const { slots, serviceMs, rate, timeoutMs, trouble, atLeast } = servers[server];
    return loaded({ rate, timeoutMs, server: { slots, serviceMs }, trouble, troubleMs, atLeast });
  },
);

export const brownouts = family(
  'brownout',
  'a server loses most of its capacity for a while: never worse than no library, and well afterwards',
  {
    rate: { values: [20, 100, 1_000], range: [5, 1_000] },
    use: { values: [0.2, 0.6], range: [0.1, 0.8] },
    factor: { values: [3, 10, 40], range: [2, 50] },
    patience: { values: [5, 25], range: [3, 60] },
    troubleMs: { values: [4_000, 20_000], range: [2_000, 60_000] },
  },
  ({ rate, use, factor, patience, troubleMs }) => {
    const serviceMs = 20;
    const slots = Math.max(1, Math.ceil((rate * serviceMs) / 1_000 / use));
    return loaded({
      rate,
      timeoutMs: serviceMs * patience,
      server: { slots, serviceMs },
      trouble: { slowFactor: factor },
      troubleMs,
    });
  },
);

export const overload = family(
  'overload',
  'more calls than the server can answer, for a while',
  {
    slots: { values: [2, 10, 50], range: [1, 100], integer: true },
    load: { values: [1.1, 1.5, 3], range: [1.05, 5] },
    patience: { values: [10, 50], range: [5, 100] },
  },
  ({ slots, load, patience }) => {
    const serviceMs = 20;
    const capacity = (slots * 1_000) / serviceMs;
    return {
      scenario: {
        servers: { server: { slots, serviceMs } },
        clients: {
          client: { traffic: { kind: 'jittered', perSecond: capacity / 2 }, timeoutMs: serviceMs * patience },
        },
        phases: troubled(capacity / 2, { ms: 10_000, servers: {} }, graceAfter(10_000)).map((phase) =>
          phase.name === 'trouble'
            ? { ...phase, traffic: { client: { kind: 'jittered', perSecond: capacity * load } } }
            : phase,
        ),
      },
      recovery: { graceMs: graceAfter(10_000) },
    };
  },
);

export const twoPatiences = family(
  'impatient-beside-patient',
  'callers with short and with long timeouts share a server that slows down',
  {
    rate: { values: [50, 400], range: [10, 800] },
    impatient: { values: [0.2, 0.8], range: [0.1, 0.9] },
    factor: { values: [4, 12], range: [3, 30] },
  },
  ({ rate, impatient, factor }) => {
    const serviceMs = 20;
    const slots = Math.max(2, Math.ceil((rate * serviceMs) / 1_000 / 0.5));
    return {
      scenario: {
        servers: { server: { slots, serviceMs } },
        clients: {
          client: {
            traffic: { kind: 'jittered', perSecond: rate },
            mix: [
              { share: impatient, route: 'impatient', timeoutMs: 100 },
              { share: 1 - impatient, route: 'patient', timeoutMs: 10_000 },
            ],
          },
        },
        phases: troubled(rate, { ms: 8_000, servers: { server: { slowFactor: factor } } }, graceAfter(8_000)),
      },
      recovery: { graceMs: graceAfter(8_000) },
      bystanders: ({ route }) => route === 'patient',
    };
  },
);

export const impatientWithRoom = family(
  'impatient-with-room',
  'a part of the callers gives up before the server’s usual latency, the others wait; there is room for all',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    impatient: { values: [0.1, 0.5], range: [0.05, 0.8] },
  },
  ({ rate, impatient }) => ({
    scenario: {
      servers: { server: { serviceMs: { kind: 'uniform', fromMs: 100, toMs: 300 } } },
      clients: {
        client: {
          traffic: { kind: 'jittered', perSecond: rate },
          mix: [
            { share: impatient, route: 'impatient', timeoutMs: 90 },
            { share: 1 - impatient, route: 'patient', timeoutMs: 5_000 },
          ],
        },
      },
      phases: [
        { name: 'before', ms: 1_000 },
        { name: 'trouble', ms: stretchMs(rate, 600, 30_000, 300_000) },
      ],
    },
    loadIndependent: true,
    bystanders: ({ route }) => route === 'patient',
  }),
);

export const deploy = family(
  'deploy',
  'connections are refused for a while, then the server is slow for longer, with room for all',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    refusedMs: { values: [500, 2_000, 5_000], range: [200, 10_000] },
    factor: { values: [3, 10], range: [2, 15] },
    slowMs: { values: [10_000], range: [5_000, 30_000] },
  },
  ({ rate, refusedMs, factor, slowMs }) => ({
    scenario: {
      servers: { server: { serviceMs: 40 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: [
        { name: 'before', ms: 10_000 },
        { name: 'trouble', ms: refusedMs, servers: { server: { reach: 'refused', resetsInFlight: true } } },
        { name: 'after', ms: slowMs, servers: { server: { slowFactor: factor } } },
        { name: 'after', ms: 20_000 },
      ],
    },
    total: { lengthMs: refusedMs, latencyMs: 40 * factor },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(refusedMs) },
  }),
);

export const slowRecovery = family(
  'slow-recovery',
  'a server is down, and comes back with a part of its slots that grows',
  {
    rate: { values: [50, 500], range: [10, 1_000] },
    downMs: { values: [5_000, 20_000], range: [2_000, 60_000] },
    growMs: { values: [5_000, 20_000], range: [2_000, 30_000] },
    how: { words: ['refused', 'silent'] },
  },
  ({ rate, downMs, growMs, how }) => {
    const slots = Math.max(4, Math.ceil((rate * 20) / 1_000 / 0.5));
    const growing = { slots: { from: Math.max(1, slots / 10), to: slots, overMs: growMs } };
    return {
      scenario: {
        servers: { server: { slots, serviceMs: 20 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 500 } },
        phases: [
          { name: 'before', ms: 5_000 },
          { name: 'trouble', ms: downMs, servers: { server: { reach: how === 'refused' ? 'refused' : 'silent' } } },
          { name: 'after', ms: growMs, servers: { server: growing } },
          { name: 'after', ms: graceAfter(downMs) + 20_000 },
        ],
      },
      total: { lengthMs: downMs, latencyMs: 200 },
      recovery: { graceMs: growMs + graceAfter(downMs) },
    };
  },
);

export const flapping = family(
  'flapping',
  'a server is down and up in turns',
  {
    rate: { values: [10, 50, 500], range: [2, 1_000] },
    badMs: { values: [300, 1_000, 4_000], range: [200, 5_000] },
    goodMs: { values: [1_000, 6_000], range: [500, 10_000] },
    how: { words: ['refused', 'silent', '503'] },
  },
  ({ rate, badMs, goodMs, how }) => {
    const bad = {
      refused: { reach: 'refused' },
      silent: { reach: 'silent' },
      '503': { faults: [{ kind: 'status', status: 503, share: 1 }] },
    } as const;
    const turns = Array.from({ length: 8 }, () => [
      { name: 'trouble', ms: badMs, servers: { server: bad[how as keyof typeof bad] } },
      { name: 'trouble', ms: goodMs },
    ]).flat();
    return {
      scenario: {
        servers: { server: { serviceMs: 20 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 500 } },
        phases: [{ name: 'before', ms: 5_000 }, ...turns, { name: 'after', ms: graceAfter(0) + 15_000 }],
      },
      // A circuit may open after 2 s; then each good stretch is found by the next probe, and retries end.
      ...(badMs < 1_500
        ? { loadIndependent: true }
        : { allowedPoints: (100 * Math.min(goodMs, 590)) / (badMs + goodMs) }),
      recovery: { graceMs: graceAfter(0) },
    };
  },
);

export const pausesUnderLoad = family(
  'pauses-under-load',
  'garbage collection on a server with few slots to spare: some calls may time out',
  {
    rate: { values: [50, 400], range: [10, 800] },
    pauseMs: { values: [100, 300], range: [50, 300] },
    use: { values: [0.5, 0.8], range: [0.3, 0.85] },
    timeoutMs: { values: [250, 1_000], range: [200, 2_000] },
  },
  ({ rate, pauseMs, use, timeoutMs }) => ({
    scenario: {
      servers: { server: { serviceMs: 30, slots: Math.max(2, Math.ceil((rate * 30) / 1_000 / use)) } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs } },
      phases: [
        { name: 'before', ms: 5_000 },
        { name: 'trouble', ms: 60_000, servers: { server: { pauses: { everyMs: 3_000, forMs: pauseMs } } } },
        { name: 'after', ms: 30_000 },
      ],
    },
    recovery: { graceMs: graceAfter(0) },
  }),
);

/**
 * After M. Brooker's `simple_collapse_sim`: work of 1 s, and 10 ms more for each request in the server. Capacity is
 * about 64 a second.
 */
export const collapse = family(
  'collapse',
  'a small server whose work takes longer the more it has to do; a spike must not keep it down',
  {
    rate: { values: [40, 45, 50, 55], range: [25, 56] },
    spikeMs: { values: [5_000, 7_000, 10_000], range: [2_000, 12_000] },
  },
  ({ rate, spikeMs }) => ({
    scenario: {
      servers: { server: { serviceMs: 1_000, perRequestMs: 10 } },
      clients: {
        client: {
          traffic: { kind: 'poisson', perSecond: rate },
          timeoutMs: 3_000,
          networkMs: { kind: 'exponential', meanMs: 100 },
        },
      },
      phases: [
        { name: 'before', ms: 20_000 },
        { name: 'trouble', ms: spikeMs, traffic: { client: { kind: 'poisson', perSecond: 80 } } },
        { name: 'after', ms: 100_000 },
      ],
    },
    recovery: { graceMs: 60_000, asWellAs: 'none' },
  }),
);
