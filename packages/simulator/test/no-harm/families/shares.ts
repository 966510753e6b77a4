import type { Fault } from '@breakwater/simulator';
import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { troubled } from '../timeline.js';

const kinds = {
  '503 at once': (share: number): Fault => ({ kind: 'status', status: 503, share }),
  '503 after work': (share: number): Fault => ({ kind: 'status', status: 503, share, worked: true }),
  '500 after work': (share: number): Fault => ({ kind: 'status', status: 500, share, worked: true }),
  reset: (share: number): Fault => ({ kind: 'error', code: 'ECONNRESET', share, afterMs: 5 }),
  refused: (share: number): Fault => ({ kind: 'error', code: 'ECONNREFUSED', share }),
  '429 without a hint': (share: number): Fault => ({ kind: 'status', status: 429, share }),
} as const;

type Kind = keyof typeof kinds;
const words = Object.keys(kinds) as Kind[];

export const shareFails = family(
  'share-fails',
  'a share of the requests is answered with an error or reset, whatever the load',
  {
    rate: { values: [2, 20, 200, 1_000], range: [2, 2_000] },
    share: { values: [0.05, 0.3, 0.6], range: [0.05, 0.6] },
    kind: { words },
  },
  ({ rate, share, kind }) => ({
    scenario: {
      servers: { server: { serviceMs: { kind: 'uniform', fromMs: 20, toMs: 80 } } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: troubled(rate, { servers: { server: { faults: [kinds[kind](share)] } } }, graceAfter(0)),
    },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(0) },
  }),
);

export const shareFailsPoisson = family(
  'share-fails-random',
  'the same, with calls and service times that are far from even, on a server with slots to spare',
  {
    rate: { values: [5, 100], range: [2, 1_000] },
    share: { values: [0.1, 0.4], range: [0.05, 0.6] },
    kind: { words: ['503 at once', '503 after work', 'reset'] },
    use: { values: [0.5], range: [0.1, 0.6] },
  },
  ({ rate, share, kind, use }) => ({
    scenario: {
      servers: {
        server: {
          serviceMs: { kind: 'exponential', meanMs: 50 },
          slots: Math.max(4, Math.ceil((rate * 0.05) / use)),
          noticesAbandonment: true,
        },
      },
      clients: { client: { traffic: { kind: 'poisson', perSecond: rate }, timeoutMs: 2_000 } },
      phases: troubled(rate, { servers: { server: { faults: [kinds[kind as Kind](share)] } } }, graceAfter(0)),
    },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(0), asWellAs: 'none' },
  }),
);

export const shareSlow = family(
  'share-slow',
  'a share of the requests takes longer than the client waits, or nearly so, whatever the load',
  {
    rate: { values: [5, 50, 500], range: [2, 1_000] },
    share: { values: [0.1, 0.4], range: [0.05, 0.6] },
    byMs: { values: [700, 3_000], range: [500, 10_000] },
  },
  ({ rate, share, byMs }) => ({
    scenario: {
      servers: { server: { serviceMs: 50 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: troubled(rate, { servers: { server: { faults: [{ kind: 'slow', share, byMs }] } } }, graceAfter(0)),
    },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(0) },
  }),
);
