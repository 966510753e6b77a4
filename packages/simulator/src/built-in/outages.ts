/** A server that uses half of its slots on a normal day, and callers that wait a quarter of a second. */
const servers = { server: { slots: 10, serviceMs: { kind: 'exponential', meanMs: 10 } } } as const;
const clients = { client: { traffic: { kind: 'poisson', perSecond: 500 }, timeoutMs: 250 } } as const;

const before = { name: 'before', ms: 3_000 } as const;
const after = { name: 'after', ms: 10_000 } as const;

export const blip = {
  name: 'blip',
  about: 'Connections are refused for 200 ms.',
  servers,
  clients,
  phases: [
    before,
    { name: 'trouble', ms: 200, servers: { server: { reach: 'refused', resetsInFlight: true } } },
    after,
  ],
} as const;

export const brownout = {
  name: 'brownout',
  about: 'The server is ten times slower for 4 s.',
  servers,
  clients,
  phases: [before, { name: 'trouble', ms: 4_000, servers: { server: { slowFactor: 10 } } }, after],
} as const;

export const outage = {
  name: 'outage',
  about: 'Requests are taken and never answered for 20 s.',
  servers,
  clients,
  phases: [before, { name: 'trouble', ms: 20_000, servers: { server: { reach: 'silent' } } }, after],
} as const;

const bad = { name: 'trouble', ms: 1_000, servers: { server: { reach: 'refused' } } } as const;
const good = { name: 'trouble', ms: 1_000 } as const;

export const flapping = {
  name: 'flapping',
  about: 'The server is down for a second and up for a second, five times.',
  servers,
  clients,
  phases: [before, bad, good, bad, good, bad, good, bad, good, bad, good, after],
} as const;

export const slowRecovery = {
  name: 'slow-recovery',
  about: 'The server is down for 5 s, comes back with a tenth of its slots and grows over 10 s.',
  servers,
  clients,
  phases: [
    before,
    { name: 'trouble', ms: 5_000, servers: { server: { reach: 'refused' } } },
    { name: 'growing', ms: 10_000, servers: { server: { slots: { from: 1, to: 10, overMs: 10_000 } } } },
    after,
  ],
} as const;

export const deploy = {
  name: 'deploy',
  about:
    'A process is replaced: connections are refused for 2 s, then the new one is slow for 10 s, with room for all.',
  servers: { server: { slots: 100, serviceMs: { kind: 'exponential', meanMs: 10 } } },
  clients,
  phases: [
    before,
    { name: 'trouble', ms: 2_000, servers: { server: { reach: 'refused', resetsInFlight: true } } },
    {
      name: 'warming up',
      ms: 10_000,
      servers: { server: { slowFactor: { from: 8, to: 1, overMs: 10_000 } } },
    },
    after,
  ],
} as const;
