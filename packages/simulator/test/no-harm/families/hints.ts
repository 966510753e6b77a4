import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { stretchMs, troubled } from '../timeline.js';

export const burstHint = family(
  'burst-with-a-hint',
  'many calls at once every 10 s; once, one of them is answered with 429 and Retry-After',
  {
    size: { values: [10, 50, 200], range: [5, 500], integer: true },
    retryAfterS: { values: [1, 5], range: [1, 10], integer: true },
    limited: { values: [1, 3], range: [1, 5], integer: true },
  },
  ({ size, retryAfterS, limited }) => ({
    scenario: {
      servers: { server: { serviceMs: 50 } },
      clients: {
        client: { traffic: { kind: 'burst', size, everyMs: 10_000, firstMs: 5_000 }, timeoutMs: 2_000, tenants: size },
      },
      phases: [
        { name: 'before', ms: 30_000 },
        {
          name: 'trouble',
          ms: 10_000,
          servers: { server: { throttle: { perSecond: Math.max(1, size - limited), retryAfterS } } },
        },
        { name: 'after', ms: 80_000 },
      ],
    },
    recovery: { graceMs: graceAfter(0, retryAfterS * 1_000) },
  }),
);

export const outageWithHint = family(
  'outage-with-a-hint',
  'everything is answered with 503 and Retry-After for a while',
  {
    rate: { values: [5, 100], range: [2, 1_000] },
    retryAfterS: { values: [1, 5, 20], range: [1, 60], integer: true },
    troubleMs: { values: [1_000, 5_000, 20_000], range: [500, 60_000] },
  },
  ({ rate, retryAfterS, troubleMs }) => ({
    scenario: {
      servers: { server: { serviceMs: 50 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: troubled(
        rate,
        { ms: troubleMs, servers: { server: { faults: [{ kind: 'status', status: 503, share: 1, retryAfterS }] } } },
        graceAfter(troubleMs, retryAfterS * 1_000),
      ),
    },
    total: { lengthMs: troubleMs, latencyMs: 50, hintMs: retryAfterS * 1_000 },
    recovery: { graceMs: graceAfter(troubleMs, retryAfterS * 1_000) },
  }),
);

export const rateLimited = family(
  'rate-limited',
  'a server that turns away what is more than its limit, with Retry-After',
  {
    limit: { values: [5, 50, 200], range: [2, 500] },
    load: { values: [0.7, 1.3, 3], range: [0.5, 5] },
    retryAfterS: { values: [1, 2, 10], range: [1, 30], integer: true },
    status: { words: ['429', '503'] },
  },
  ({ limit, load, retryAfterS, status }) => {
    const rate = limit * load;
    const ms = stretchMs(rate, 600, 30_000, 300_000);
    return {
      scenario: {
        servers: { server: { serviceMs: 20 } },
        clients: { client: { traffic: { kind: 'poisson', perSecond: rate }, timeoutMs: 1_000 } },
        phases: troubled(
          rate,
          {
            ms,
            servers: { server: { throttle: { perSecond: Math.round(limit), retryAfterS, status: Number(status) } } },
          },
          graceAfter(ms, retryAfterS * 1_000),
        ),
      },
      recovery: { graceMs: graceAfter(ms, retryAfterS * 1_000) },
    };
  },
);
