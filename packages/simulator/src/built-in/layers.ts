export const layers = {
  name: 'layers',
  about:
    'A shop calls orders, orders call stock, stock calls a database, which fails half of the time for half a minute: how do retries multiply?',
  servers: {
    orders: { slots: 200, serviceMs: 5, calls: 'orders-to-stock' },
    stock: { slots: 200, serviceMs: 5, calls: 'stock-to-database' },
    database: { slots: 50, serviceMs: 10 },
  },
  clients: {
    shop: { servers: 'orders', traffic: { kind: 'poisson', perSecond: 100 }, timeoutMs: 10_000 },
    'orders-to-stock': { servers: 'stock', traffic: [], timeoutMs: 5_000 },
    'stock-to-database': { servers: 'database', traffic: [], timeoutMs: 2_000 },
  },
  phases: [
    { name: 'before', ms: 10_000 },
    { name: 'trouble', ms: 30_000, servers: { database: { faults: [{ kind: 'status', status: 503, share: 0.5 }] } } },
    { name: 'after', ms: 10_000 },
  ],
} as const;
