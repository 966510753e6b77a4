import type { Behaviour, Phase, Shape } from './shape.js';

const s = 1_000;
const healthy = (name: string, ms: number): Phase => ({ name, ms });
const bad = (name: string, ms: number, servers: Behaviour | readonly Behaviour[]): Phase => ({
  name,
  ms,
  servers,
  bad: true,
});
const good: Behaviour = {};

const outage = (name: string, about: string, servers: Behaviour, extra = false): Shape => ({
  name,
  about,
  extra,
  phases: [healthy('before', 3 * s), bad('outage', 20 * s, servers), healthy('after', 10 * s)],
});

const oneBadHost = (name: string, about: string, failing: Behaviour, extra = false): Shape => ({
  name,
  about,
  extra,
  origins: 3,
  phases: [healthy('before', 3 * s), bad('one bad', 8 * s, [good, good, failing]), healthy('after', 5 * s)],
});

const flapping = (name: string, about: string, servers: Behaviour, extra = false): Shape => ({
  name,
  about,
  extra,
  phases: [
    healthy('before', 3 * s),
    ...Array.from({ length: 5 }, () => [bad('bad', s, servers), healthy('good', s)]).flat(),
    healthy('after', 3 * s),
  ],
});

/**
 * A thousand parallel calls need a server and a timeout that are a match for them: nothing is wrong here, by intent.
 */
const calm: Shape = {
  name: 'calm',
  about:
    'nothing is wrong; every 2 s a burst of 1,000 parallel calls on top (1,000 slots of 10 ms, client timeout 5 s)',
  slots: 1_000,
  clientTimeoutMs: 5_000,
  phases: [
    healthy('steady', 4 * s),
    ...Array.from({ length: 4 }, (): Phase => ({ name: 'bursts', ms: 2 * s, burst: 1_000 })),
  ],
};

/**
 * The shapes of failure. A server has 10 slots of 10 ms and an unbounded queue that also serves requests whose client
 * has gone.
 */
export const shapes: readonly Shape[] = [
  {
    name: 'brownout',
    about: 'ten times slower for 4 s',
    phases: [healthy('before', 3 * s), bad('brownout', 4 * s, { slowFactor: 10 }), healthy('after', 8 * s)],
  },
  {
    name: 'blip',
    about: 'unreachable (refused, connections reset) for 200 ms',
    phases: [healthy('before', 3 * s), bad('blip', 200, { reach: 'refused' }), healthy('after', 6 * s)],
  },
  {
    name: 'errors',
    about: '5 % random 503 for 10 s',
    phases: [healthy('before', 3 * s), bad('errors', 10 * s, { errorShare: 0.05 }), healthy('after', 3 * s)],
  },
  outage('outage-refused', 'connections refused for 20 s', { reach: 'refused' }),
  outage('outage-hanging', 'requests taken and never answered for 20 s', { reach: 'silent' }),
  outage('outage-frozen', 'all slots stand still for 20 s while the queue grows', { slots: 0 }, true),
  oneBadHost('one-bad-host', 'one of three origins answers 503 for 8 s', { errorShare: 1 }),
  oneBadHost('one-bad-host-hanging', 'one of three origins never answers for 8 s', { reach: 'silent' }, true),
  flapping('flapping', '1 s of nothing but 503, 1 s good, five times', { errorShare: 1 }),
  flapping('flapping-refused', '1 s refused, 1 s good, five times', { reach: 'refused' }, true),
  flapping('flapping-hanging', '1 s without answers, 1 s good, five times', { reach: 'silent' }, true),
  {
    name: 'throttled',
    about: '429 with Retry-After: 2 above 200 calls a second for 10 s',
    phases: [
      healthy('before', 3 * s),
      bad('throttled', 10 * s, { throttle: { perSecond: 200, retryAfterS: 2 } }),
      healthy('after', 6 * s),
    ],
  },
  {
    name: 'overload',
    about: 'offered load at 150 % of capacity for 10 s',
    phases: [
      healthy('before', 3 * s),
      { name: 'overload', ms: 10 * s, bad: true, loadShare: 1.5 },
      healthy('after', 5 * s),
    ],
  },
  {
    name: 'slow-start',
    about: 'refused for 5 s, then a tenth of the capacity, growing back over 5 s',
    phases: [
      healthy('before', 3 * s),
      bad('outage', 5 * s, { reach: 'refused' }),
      bad('growing', 5 * s, { growsFrom: 0.1 }),
      healthy('after', 6 * s),
    ],
  },
  calm,
];
