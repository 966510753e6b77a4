import type { Scenario } from '@breakwater/simulator';

/** A failure that is short enough to be played in real time. */
export interface Row {
  readonly name: string;
  readonly scenario: Scenario;
  /** Client whose calls are counted, and the first phase. */
  readonly counted: { readonly client: string; readonly phases: readonly string[] };
}

export const rows: readonly Row[] = [
  {
    name: '20 % of the requests hang, 100/s, timeout 400 ms',
    scenario: {
      servers: { server: { slots: 20, serviceMs: 20 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: 100 }, timeoutMs: 400 } },
      phases: [
        { name: 'before', ms: 1_500 },
        { name: 'trouble', ms: 8_000, servers: { server: { faults: [{ kind: 'hang', share: 0.2 }] } } },
      ],
    },
    counted: { client: 'client', phases: ['trouble'] },
  },
  {
    name: 'one dead host of two behind one key, 20/s',
    scenario: {
      servers: { alive: { slots: 10, serviceMs: 20 }, dead: { reach: 'refused' } },
      clients: {
        client: { servers: ['alive', 'dead'], traffic: { kind: 'jittered', perSecond: 20 }, timeoutMs: 1_000 },
      },
      phases: [{ name: 'trouble', ms: 9_000 }],
    },
    counted: { client: 'client', phases: ['trouble'] },
  },
  {
    name: 'five long polls, a burst of 503s for a second, then healthy, 50/s',
    scenario: {
      servers: { server: { slots: 20, serviceMs: 20 } },
      clients: {
        polls: {
          application: 'app',
          traffic: { kind: 'serial', users: 5, thinkMs: 500 },
          mix: [{ share: 1, holdMs: 60_000 }],
        },
        short: { application: 'app', traffic: { kind: 'jittered', perSecond: 50 }, timeoutMs: 1_000 },
      },
      phases: [
        { name: 'before', ms: 2_000 },
        { name: 'trouble', ms: 1_000, servers: { server: { faults: [{ kind: 'status', status: 503, share: 1 }] } } },
        { name: 'after', ms: 6_000 },
      ],
    },
    counted: { client: 'short', phases: ['trouble', 'after'] },
  },
  {
    name: 'usual latency 0.6 of the timeout, one hang of 3 s, 40/s',
    scenario: {
      servers: { server: { slots: 60, serviceMs: 300 } },
      clients: { client: { traffic: { kind: 'jittered', perSecond: 40 }, timeoutMs: 500 } },
      phases: [
        { name: 'before', ms: 2_000 },
        { name: 'trouble', ms: 3_000, servers: { server: { reach: 'silent' } } },
        { name: 'settling', ms: 2_000 },
        { name: 'after', ms: 6_000 },
      ],
    },
    counted: { client: 'client', phases: ['after'] },
  },
  {
    name: 'requests are lost for 4 s, a third of the callers waits for 20 s, 40/s',
    scenario: {
      servers: { server: { slots: 20, serviceMs: 20 } },
      clients: {
        client: {
          traffic: { kind: 'jittered', perSecond: 40 },
          mix: [
            { share: 1 / 3, timeoutMs: 20_000 },
            { share: 2 / 3, timeoutMs: 500 },
          ],
        },
      },
      phases: [
        { name: 'before', ms: 2_000 },
        { name: 'trouble', ms: 4_000, servers: { server: { reach: 'silent' } } },
        { name: 'settling', ms: 2_000 },
        { name: 'after', ms: 5_000 },
      ],
    },
    counted: { client: 'client', phases: ['after'] },
  },
  {
    name: 'callers with 100 ms beside patient ones, the server is twelve times slower, 50/s',
    scenario: {
      servers: { server: { slots: 2, serviceMs: 20 } },
      clients: {
        impatient: { application: 'app', traffic: { kind: 'jittered', perSecond: 40 }, timeoutMs: 100 },
        patient: { application: 'app', traffic: { kind: 'jittered', perSecond: 10 }, timeoutMs: 10_000 },
      },
      phases: [
        { name: 'before', ms: 2_000 },
        { name: 'trouble', ms: 5_000, servers: { server: { slowFactor: 12 } } },
        { name: 'after', ms: 5_000 },
      ],
    },
    counted: { client: 'patient', phases: ['trouble', 'after'] },
  },
];
