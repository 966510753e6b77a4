const serviceMs = { kind: 'exponential', meanMs: 20 } as const;
const clients = { client: { traffic: { kind: 'poisson', perSecond: 100 }, timeoutMs: 1_000 } } as const;
const before = { name: 'before', ms: 5_000 } as const;
const after = { name: 'after', ms: 10_000 } as const;

export const partialHang = {
  name: 'partial-hang',
  about: 'A fifth of the requests hangs for half a minute, whatever the load.',
  servers: { server: { serviceMs } },
  clients,
  phases: [
    before,
    { name: 'trouble', ms: 30_000, servers: { server: { faults: [{ kind: 'hang', share: 0.2 }] } } },
    after,
  ],
} as const;

export const oneBadHost = {
  name: 'one-bad-host',
  about: 'One of three hosts behind one name hangs for half a minute.',
  servers: { 'host-1': { serviceMs }, 'host-2': { serviceMs }, 'host-3': { serviceMs } },
  clients: { client: { ...clients.client, servers: ['host-1', 'host-2', 'host-3'] } },
  phases: [before, { name: 'trouble', ms: 30_000, servers: { 'host-3': { reach: 'silent' } } }, after],
} as const;

export const noisyTenant = {
  name: 'noisy-tenant',
  about: 'One tenant of twenty is answered with 429 and Retry-After: 60; the others are not.',
  servers: { server: { serviceMs } },
  clients: { client: { ...clients.client, tenants: 20 } },
  phases: [
    before,
    {
      name: 'trouble',
      ms: 60_000,
      servers: {
        server: { faults: [{ kind: 'status', status: 429, retryAfterS: 60, share: 1, tenantsBelow: 1 }] },
      },
    },
    after,
  ],
} as const;

export const throttle = {
  name: 'throttle',
  about: 'A rate limit of 60 requests a second for 100 calls a second, with Retry-After: 2.',
  servers: { server: { serviceMs } },
  clients,
  phases: [
    before,
    { name: 'trouble', ms: 20_000, servers: { server: { throttle: { perSecond: 60, retryAfterS: 2 } } } },
    after,
  ],
} as const;
