/** Kind of an instrument. The two observable ones are read when metrics are collected. */
export type InstrumentKind = 'counter' | 'histogram' | 'observable-up-down-counter' | 'observable-gauge';

/** One metric: its kind, its unit in UCUM, and its attributes in addition to `breakwater.policy`. */
export interface Instrument {
  readonly kind: InstrumentKind;
  readonly unit: string;
  readonly description: string;
  /** Names of further attributes that it may have. */
  readonly attributes: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** The bounds that OpenTelemetry's conventions specify for the duration of an HTTP request, in seconds. */
const ATTEMPT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** The duration of a call includes its waits. */
const CALL_SECONDS = [...ATTEMPT_SECONDS, 15, 30, 60];
/** `server.address` and `server.port` exist if the key is an origin. */
const KEY = ['breakwater.key', 'server.address', 'server.port'];

/** All metrics of this package, by name. */
export const instruments = {
  'breakwater.call.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of calls, retries and waits included.',
    attributes: [...KEY, 'breakwater.call.result', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'breakwater.call.attempts': {
    kind: 'histogram',
    unit: '{attempt}',
    description: 'Attempts per call; sum by count is the amplification of load.',
    attributes: KEY,
    buckets: [1, 2, 3, 4, 5, 6],
  },
  'breakwater.call.wait': {
    kind: 'histogram',
    unit: 's',
    description: 'Time that calls waited for a retry, a cool-down or the limit.',
    attributes: KEY,
    buckets: CALL_SECONDS,
  },
  'breakwater.attempt.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of attempts.',
    attributes: [...KEY, 'breakwater.verdict', 'error.type'],
    buckets: ATTEMPT_SECONDS,
  },
  'breakwater.retries': {
    kind: 'counter',
    unit: '{retry}',
    description: 'Retries that were decided on.',
    attributes: [...KEY, 'breakwater.retry.reason'],
  },
  'breakwater.rejections': {
    kind: 'counter',
    unit: '{call}',
    description: 'Calls of which an attempt was refused.',
    attributes: [...KEY, 'breakwater.rejection.reason'],
  },
  'breakwater.breaker.transitions': {
    kind: 'counter',
    unit: '{transition}',
    description: 'Changes of the state of breakers.',
    attributes: [...KEY, 'breakwater.breaker.from', 'breakwater.breaker.to', 'breakwater.transition.reason'],
  },
  'breakwater.breaker.state': {
    kind: 'observable-up-down-counter',
    unit: '{breaker}',
    description: '1 for the state that the breaker is in, 0 for each other.',
    attributes: [...KEY, 'breakwater.breaker.state'],
  },
  'breakwater.budget.balance': {
    kind: 'observable-gauge',
    unit: '{retry}',
    description: 'Retries that the budget would allow now.',
    attributes: KEY,
  },
  'breakwater.limit.concurrency': {
    kind: 'observable-gauge',
    unit: '{attempt}',
    description: 'Attempts that the limit allows; absent while it sleeps.',
    attributes: KEY,
  },
  'breakwater.inflight': {
    kind: 'observable-gauge',
    unit: '{attempt}',
    description: 'Attempts in flight, as the limit counts them; without a limit, calls that have not ended.',
    attributes: KEY,
  },
  'breakwater.cool_down.remaining': {
    kind: 'observable-gauge',
    unit: 's',
    description: 'Rest of the cool-down; 0 if there is none.',
    attributes: KEY,
  },
  'breakwater.keys': {
    kind: 'observable-gauge',
    unit: '{key}',
    description: 'Keys that the policy knows.',
    attributes: [],
  },
  'breakwater.store.degraded': {
    kind: 'observable-up-down-counter',
    unit: '{store}',
    description: '1 while the store fails, so that each process goes on by itself, else 0.',
    attributes: [],
  },
  'breakwater.store.poll_only': {
    kind: 'observable-up-down-counter',
    unit: '{store}',
    description: '1 while the store sends no messages, else 0.',
    attributes: [],
  },
} as const satisfies Readonly<Record<string, Instrument>>;

/** The name of a metric. */
export type InstrumentName = keyof typeof instruments;

type NamesOf<Kind extends InstrumentKind> = {
  [Name in InstrumentName]: (typeof instruments)[Name]['kind'] extends Kind ? Name : never;
}[InstrumentName];

/** Metrics that events add to. */
export type CounterName = NamesOf<'counter'>;
/** Metrics whose values come with events. */
export type HistogramName = NamesOf<'histogram'>;
/** Metrics that are read when they are collected. */
export type ObservableName = NamesOf<'observable-up-down-counter' | 'observable-gauge'>;

/** Names of all observable metrics. */
export const observableNames = (Object.keys(instruments) as InstrumentName[]).filter((name) =>
  instruments[name].kind.startsWith('observable'),
) as readonly ObservableName[];
