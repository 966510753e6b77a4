import type { Behaviour, Fault } from '@breakwater/simulator';
import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { stretchMs, troubled } from '../timeline.js';

const ways = {
  hangs: { reach: 'silent' },
  refuses: { reach: 'refused' },
  'answers 503': { faults: [{ kind: 'status', status: 503, share: 1 }] },
  resets: { faults: [{ kind: 'error', code: 'ECONNRESET', share: 1 }] },
  'is too slow': { slowFactor: 50 },
} as const satisfies Record<string, Behaviour>;

export const oneBadHost = family(
  'one-bad-host',
  'one of several hosts behind one key fails',
  {
    rate: { values: [2, 20, 50, 500], range: [2, 1_000] },
    hosts: { values: [2, 3, 5], range: [2, 8], integer: true },
    way: { words: Object.keys(ways) as (keyof typeof ways)[] },
    pick: { words: ['random', 'round-robin'] },
  },
  ({ rate, hosts, way, pick }) => {
    const names = Array.from({ length: hosts }, (_, index) => `host-${index}`);
    return {
      scenario: {
        servers: Object.fromEntries(names.map((name) => [name, { serviceMs: 60 }])),
        clients: {
          client: {
            traffic: { kind: 'jittered', perSecond: rate },
            timeoutMs: 1_000,
            servers: names,
            pick: pick === 'random' ? 'random' : 'round-robin',
          },
        },
        phases: troubled(rate, { servers: { 'host-0': ways[way] } }, graceAfter(0)),
      },
      loadIndependent: true,
      recovery: { graceMs: graceAfter(0) },
    };
  },
);

const faults = {
  hangs: { kind: 'hang', share: 1 },
  'answers 503': { kind: 'status', status: 503, share: 1, worked: true },
  'answers 500 at once': { kind: 'status', status: 500, share: 1 },
  resets: { kind: 'error', code: 'ECONNRESET', share: 1, afterMs: 5 },
} as const satisfies Record<string, Fault>;

export const oneBadRoute = family(
  'one-bad-route',
  'one route of a server fails, the others are well',
  {
    rate: { values: [2, 20, 200], range: [2, 1_000] },
    share: { values: [0.1, 0.3, 0.6], range: [0.05, 0.7] },
    way: { words: Object.keys(faults) as (keyof typeof faults)[] },
  },
  ({ rate, share, way }) => ({
    scenario: {
      servers: { server: { serviceMs: 40 } },
      clients: {
        client: {
          traffic: { kind: 'jittered', perSecond: rate },
          timeoutMs: 1_000,
          mix: [
            { share, route: 'bad' },
            { share: 1 - share, route: 'good' },
          ],
        },
      },
      phases: troubled(rate, { servers: { server: { faults: [{ ...faults[way], route: 'bad' }] } } }, graceAfter(0)),
    },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(0) },
    bystanders: ({ route }) => route === 'good',
  }),
);

export const throttledTenants = family(
  'throttled-tenants',
  'some tenants of many are answered with 429 or 503 and a hint of a minute; the others are not',
  {
    rate: { values: [2, 20, 200], range: [1, 500] },
    tenants: { values: [20, 40], range: [5, 100], integer: true },
    part: { values: [0.05, 0.2, 0.4], range: [0.02, 0.5] },
    status: { words: ['429', '503'] },
  },
  ({ rate, tenants, part, status }) => {
    const tenantsBelow = Math.max(1, Math.round(tenants * part));
    const fault = { kind: 'status', status: Number(status), retryAfterS: 60, share: 1, tenantsBelow } as const;
    const ms = stretchMs(rate, 600, 120_000, 300_000);
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000, tenants } },
        phases: troubled(rate, { ms, servers: { server: { faults: [fault] } } }, graceAfter(ms, 60_000)),
      },
      recovery: { graceMs: graceAfter(ms, 60_000) },
      bystanders: ({ tenant }) => tenant >= tenantsBelow,
    };
  },
);

export const noisyTenant = family(
  'noisy-tenant',
  'one tenant asks for more than its own rate limit allows',
  {
    rate: { values: [5, 50], range: [2, 300] },
    noisy: { values: [0.2, 0.6], range: [0.1, 0.8] },
    retryAfterS: { values: [1, 30], range: [1, 60], integer: true },
  },
  ({ rate, noisy, retryAfterS }) => {
    const ms = stretchMs(rate, 600, 60_000, 300_000);
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: {
          client: {
            traffic: { kind: 'poisson', perSecond: rate },
            timeoutMs: 1_000,
            mix: [{ share: noisy, tenant: 0 }, ...[1, 2, 3, 4].map((tenant) => ({ share: (1 - noisy) / 4, tenant }))],
          },
        },
        phases: troubled(
          rate,
          {
            ms,
            servers: {
              server: { faults: [{ kind: 'status', status: 429, retryAfterS, share: 0.67, tenantsBelow: 1 }] },
            },
          },
          graceAfter(ms, retryAfterS * 1_000),
        ),
      },
      recovery: { graceMs: graceAfter(ms, retryAfterS * 1_000) },
      bystanders: ({ tenant }) => tenant > 0,
    };
  },
);
