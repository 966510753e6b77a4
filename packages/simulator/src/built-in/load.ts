export const gcPauses = {
  name: 'gc-pauses',
  about: 'Nothing is wrong, but the server stands still for 50 to 300 ms every 3 s.',
  servers: {
    server: {
      slots: 30,
      serviceMs: { kind: 'exponential', meanMs: 20 },
      pauses: { everyMs: 3_000, forMs: { kind: 'uniform', fromMs: 50, toMs: 300 } },
    },
  },
  clients: { client: { traffic: { kind: 'poisson', perSecond: 300 }, timeoutMs: 1_000 } },
  phases: [{ name: 'all', ms: 60_000 }],
} as const;

export const longPolls = {
  name: 'long-polls',
  about: 'Five long polls are open beside short calls when a burst of 503s comes, for a second.',
  servers: { server: { serviceMs: 20 } },
  clients: {
    polls: {
      application: 'app',
      traffic: { kind: 'serial', users: 5, thinkMs: 500 },
      timeoutMs: 120_000,
      mix: [{ share: 1, route: '/poll', holdMs: 60_000 }],
    },
    short: { application: 'app', traffic: { kind: 'poisson', perSecond: 50 }, timeoutMs: 1_000 },
  },
  phases: [
    { name: 'before', ms: 5_000 },
    { name: 'trouble', ms: 1_000, servers: { server: { faults: [{ kind: 'status', status: 503, share: 1 }] } } },
    { name: 'after', ms: 30_000 },
  ],
} as const;

export const thunderingHerd = {
  name: 'thundering-herd',
  about: 'Fifty processes with 1,000 calls a second together find a small server back after 10 s, all at once.',
  servers: { server: { slots: 20, serviceMs: 10 } },
  clients: { client: { traffic: { kind: 'poisson', perSecond: 1_000 }, timeoutMs: 500, processes: 50 } },
  phases: [
    { name: 'before', ms: 5_000 },
    { name: 'trouble', ms: 10_000, servers: { server: { reach: 'refused', resetsInFlight: true } } },
    { name: 'after', ms: 20_000 },
  ],
} as const;

/** After M. Brooker's `simple_collapse_sim`, cited by "Analyzing Metastable Failures" (HotOS 2025). */
export const metastable = {
  name: 'metastable',
  about:
    'A spike of 5 s on a small server whose work takes longer the more it has to do: the load of retries keeps it down.',
  servers: { server: { serviceMs: 1_000, perRequestMs: 10 } },
  clients: {
    client: {
      traffic: { kind: 'poisson', perSecond: 45 },
      timeoutMs: 3_000,
      networkMs: { kind: 'exponential', meanMs: 100 },
    },
  },
  phases: [
    { name: 'before', ms: 20_000 },
    { name: 'trouble', ms: 5_000, traffic: { client: { kind: 'poisson', perSecond: 80 } } },
    { name: 'after', ms: 60_000 },
  ],
} as const;

export const cronAtTheHour = {
  name: 'cron-at-the-hour',
  about:
    'Jobs start 400 calls at once every minute, beside a steady 20 calls a second, on a server that takes 200 a second.',
  servers: { server: { slots: 4, serviceMs: 20 } },
  clients: {
    jobs: {
      application: 'app',
      traffic: { kind: 'burst', size: 400, everyMs: 60_000, firstMs: 5_000 },
      timeoutMs: 5_000,
    },
    pages: { application: 'app', traffic: { kind: 'poisson', perSecond: 20 }, timeoutMs: 1_000 },
  },
  phases: [{ name: 'all', ms: 185_000 }],
} as const;
