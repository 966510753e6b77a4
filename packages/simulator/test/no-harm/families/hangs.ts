import { family } from '../family.js';
import { graceAfter } from '../shape.js';
import { troubled } from '../timeline.js';

/** A healthy server has room for all in these, and its usual latency is a part of the client's timeout. */
const latency = { values: [0.05, 0.3, 0.6, 0.9], range: [0.05, 0.9] } as const;

export const hangOnce = family(
  'hang-once',
  'a server stops answering once, for 1 to 30 s, and is healthy again',
  {
    rate: { values: [5, 40, 200], range: [2, 2_000] },
    timeoutMs: { values: [250, 1_000], range: [200, 3_000] },
    latency,
    hangMs: { values: [1_000, 3_000, 20_000], range: [1_000, 30_000] },
    how: { words: ['silent', 'frozen'] },
  },
  ({ rate, timeoutMs, latency, hangMs, how }) => ({
    scenario: {
      servers: { server: { serviceMs: latency * timeoutMs } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs } },
      phases: troubled(rate, { ms: hangMs, servers: { server: { reach: how } } }, graceAfter(hangMs)),
    },
    total: { lengthMs: hangMs, latencyMs: latency * timeoutMs, lostProbeMs: how === 'silent' ? timeoutMs : 0 },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(hangMs) },
  }),
);

export const hangOnceFull = family(
  'hang-once-full',
  'a server with few slots and a queue stops answering once, and works off what has come meanwhile',
  {
    rate: { values: [10, 40, 300], range: [5, 1_000] },
    latency: { values: [0.1, 0.6], range: [0.05, 0.7] },
    use: { values: [0.3, 0.6], range: [0.2, 0.7] },
    hangMs: { values: [1_000, 3_000, 10_000], range: [1_000, 30_000] },
  },
  ({ rate, latency, use, hangMs }) => ({
    scenario: {
      servers: {
        server: { serviceMs: latency * 1_000, slots: Math.ceil((rate * latency) / use), noticesAbandonment: true },
      },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: troubled(rate, { ms: hangMs, servers: { server: { reach: 'frozen' } } }, graceAfter(hangMs)),
    },
    total: { lengthMs: hangMs, latencyMs: latency * 1_000 },
    recovery: { graceMs: graceAfter(hangMs) },
  }),
);

export const patientProbes = family(
  'outage-of-patient-callers',
  'requests are lost for a while; some callers give up soon, and others wait for half a minute for theirs',
  {
    rate: { values: [5, 50], range: [2, 500] },
    patient: { values: [0.2, 0.8], range: [0.1, 0.9] },
    downMs: { values: [5_000, 20_000], range: [3_000, 60_000] },
  },
  ({ rate, patient, downMs }) => {
    const timeoutMs = 500;
    return {
      scenario: {
        servers: { server: { serviceMs: 30 } },
        clients: {
          client: {
            traffic: { kind: 'jittered', perSecond: rate },
            mix: [
              { share: patient, timeoutMs: 30_000 },
              { share: 1 - patient, timeoutMs },
            ],
          },
        },
        phases: troubled(rate, { ms: downMs, servers: { server: { reach: 'silent' } } }, graceAfter(downMs)),
      },
      total: { lengthMs: downMs, latencyMs: 30, lostProbeMs: Math.max(timeoutMs, 0.05 * downMs) },
      recovery: { graceMs: graceAfter(downMs) },
    };
  },
);

export const shareHangs = family(
  'share-hangs',
  'a share of the requests hangs, whatever the load',
  {
    rate: { values: [2, 20, 200, 1_000], range: [2, 2_000] },
    share: { values: [0.05, 0.2, 0.33, 0.6], range: [0.05, 0.6] },
    latency: { values: [0.05, 0.6], range: [0.05, 0.9] },
  },
  ({ rate, share, latency }) => ({
    scenario: {
      servers: { server: { serviceMs: latency * 1_000 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: rate }, timeoutMs: 1_000 } },
      phases: troubled(rate, { servers: { server: { faults: [{ kind: 'hang', share }] } } }, graceAfter(0)),
    },
    loadIndependent: true,
    recovery: { graceMs: graceAfter(0) },
  }),
);

export const oneCallAMinute = family(
  'rare-traffic',
  'a few calls a minute: a share fails, or the server is down for ten minutes',
  {
    perMinute: { values: [1, 6, 30], range: [1, 60] },
    how: { words: ['503', 'hang', 'reset', 'outage'] },
  },
  ({ perMinute, how }) => {
    const faults = {
      '503': [{ kind: 'status', status: 503, share: 0.3 }],
      hang: [{ kind: 'hang', share: 0.3 }],
      reset: [{ kind: 'error', code: 'ECONNRESET', share: 0.3 }],
      outage: [{ kind: 'error', code: 'ECONNREFUSED', share: 1 }],
    } as const;
    const troubleMs = how === 'outage' ? 600_000 : (400 / perMinute) * 60_000;
    return {
      scenario: {
        clients: { client: { traffic: { kind: 'jittered', perSecond: perMinute / 60 }, timeoutMs: 5_000 } },
        phases: [
          { name: 'before', ms: 600_000 },
          { name: 'trouble', ms: troubleMs, servers: { server: { faults: faults[how as keyof typeof faults] } } },
          { name: 'after', ms: Math.max(600_000, (100 / perMinute) * 60_000) },
        ],
      },
      loadIndependent: true,
      ...(how === 'outage' && { total: { lengthMs: troubleMs, latencyMs: 10 } }),
      recovery: { graceMs: graceAfter(troubleMs) },
    };
  },
);
