import {
  type CallRecord,
  LatencyHistogram,
  type Phase,
  type PolicyChoice,
  rivals,
  type Scenario,
  simulate,
} from '@breakwater/simulator';

/** Effect of a policy on the integration, scaled to the report's units. */
export interface Experience {
  /** Share of the calls that end with a timeout or another failure of the API. */
  readonly timeoutShare: number;
  /** Share of the calls that a policy refuses. */
  readonly refusedShare: number;
  /** Episodes in which one API holds all workers, so that the others fail too. */
  readonly cascadesPerWeek: number;
  /** Mean over all minutes and APIs of the 95th percentile of all calls. */
  readonly p95Ms: number;
  /** One line for each retry and for each change of a breaker. */
  readonly logLinesPerDay: number;
}

const APIS = ['payments', 'shipping', 'tax'] as const;
/** A sixth of a day, so that it takes seconds. */
const HOURS = 4;
const PER_DAY = 24 / HOURS;
const CALLS_PER_DAY = 3_000_000;
/** Each API hangs so often and for so long. */
const EVERY_MS = 3_600_000;
const HANG_MS = 46_000;
/** Workers that the three integrations share. */
const WORKERS = 40;
/** A worker that is held for longer than this is one that waits for an API in trouble. */
const LONG_MS = 900;

export const EXPERIENCE_ASSUMPTIONS = `Three APIs with a third of 3,000,000 calls a day each, evenly spread. Answers take 20 ms and exp(60 ms), the timeout is 1 s, and one request in 2,000 fails at random. Each API hangs for ${HANG_MS / 1_000} s every ${EVERY_MS / 60_000} min, one after the other. Three immediate retries before. ${WORKERS} workers in all; a cascade is an episode in which calls of one API hold them all. ${HOURS} hours are played and scaled. These assumptions are ours, with the hangs set to the report's failures before: the report states none.`;

/** Plays the integration with a policy. */
export async function experienceWith(policy: PolicyChoice): Promise<Experience> {
  const minutes = new Map<string, LatencyHistogram>();
  const long: { fromMs: number; toMs: number; api: string }[] = [];
  let logLines = 0;
  const onCall = ({ client, endedMs, startedMs }: CallRecord): void => {
    const minute = `${client} ${Math.floor(startedMs / 60_000)}`;
    let histogram = minutes.get(minute);
    if (histogram === undefined) {
      histogram = new LatencyHistogram();
      minutes.set(minute, histogram);
    }
    histogram.add(endedMs - startedMs);
    if (endedMs - startedMs > LONG_MS) long.push({ fromMs: startedMs, toMs: endedMs, api: client });
  };
  const result = await simulate(scenario(), {
    policy,
    onCall,
    onAttempt: ({ attempt }) => {
      if (attempt > 1) logLines += 1;
    },
    onPolicy: (made) => made.on('breaker', () => (logLines += 1)),
  });
  const { calls, failed, refused, unfinished } = result.figures();
  const p95s = [...minutes.values()].map((histogram) => histogram.quantileMs(0.95));
  return {
    timeoutShare: (failed + unfinished) / calls,
    refusedShare: refused / calls,
    cascadesPerWeek: cascades(long) * PER_DAY * 7,
    p95Ms: p95s.reduce((sum, ms) => sum + ms, 0) / p95s.length,
    logLinesPerDay: logLines * PER_DAY,
  };
}

/** The policy before: three retries, at once. */
export const before: PolicyChoice = rivals.naive.policy;

function scenario(): Scenario {
  const server = {
    serviceMs: { kind: 'mixed', of: [{ share: 1, ms: { kind: 'exponential', meanMs: 60 } }] },
    faults: [{ kind: 'status', status: 503, share: 1 / 2_000 }],
  } as const;
  const client = {
    traffic: { kind: 'even', perSecond: CALLS_PER_DAY / APIS.length / 86_400 },
    timeoutMs: 1_000,
    networkMs: 10,
  } as const;
  const phases: Phase[] = [];
  const quietMs = EVERY_MS / APIS.length - HANG_MS;
  for (let startMs = 0; startMs < HOURS * 3_600_000; startMs += EVERY_MS) {
    for (const api of APIS) {
      phases.push({ name: 'quiet', ms: quietMs });
      phases.push({ name: 'hang', ms: HANG_MS, servers: { [api]: { reach: 'silent' } } });
    }
  }
  return {
    servers: Object.fromEntries(APIS.map((api) => [api, server])),
    clients: Object.fromEntries(APIS.map((api) => [api, { ...client, servers: api }])),
    phases,
  };
}

/** Counts the times at which the long calls of one API come to hold all workers. */
function cascades(long: readonly { readonly fromMs: number; readonly toMs: number; readonly api: string }[]): number {
  let count = 0;
  for (const api of APIS) {
    const own = long.filter((call) => call.api === api);
    const steps = own.flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, by: 1 },
      { atMs: toMs, by: -1 },
    ]);
    steps.sort((one, other) => one.atMs - other.atMs || one.by - other.by);
    let held = 0;
    let since = Number.NEGATIVE_INFINITY;
    for (const { atMs, by } of steps) {
      held += by;
      if (held < WORKERS || by < 0) continue;
      // A failure that begins within a minute of the last belongs to the same episode.
      if (atMs - since > 60_000) count += 1;
      since = atMs;
    }
  }
  return count;
}
