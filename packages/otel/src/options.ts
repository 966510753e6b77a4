import type { Policy } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';

/** Extent of the instrumentation. All options are optional. */
export interface InstrumentOptions {
  /** The policies to instrument. @default all policies of the process, including those that are made later */
  readonly policies?: Iterable<Policy> | undefined;
  /** Receives the metrics. @default the global one, even if it is registered later */
  readonly meterProvider?: MeterProvider | undefined;
  /** Receives the spans. @default the global one, even if it is registered later */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * `'call'`: each call has a span of its own. `'active'`: the span that is active when a call begins gets its
   * attributes and events. `false`: neither. @default 'call'
   */
  readonly spans?: 'call' | 'active' | false | undefined;
  /**
   * Makes a span of each attempt. Only for processes without the instrumentations of OpenTelemetry for HTTP: with them,
   * each request would have two. @default false
   */
  readonly attemptSpans?: boolean | undefined;
}

/** The options, complete. */
export interface InstrumentSettings {
  /** Undefined for all of the process. */
  readonly policies: ReadonlySet<Policy> | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly tracerProvider: TracerProvider | undefined;
  readonly spans: 'call' | 'active' | false;
  readonly attemptSpans: boolean;
}

const KNOWN: readonly (keyof InstrumentOptions)[] = [
  'policies',
  'meterProvider',
  'tracerProvider',
  'spans',
  'attemptSpans',
];

/** Returns the options, checked and completed. @throws TypeError for invalid options, naming option, rule and value. */
export function resolveInstrumentOptions(options: InstrumentOptions): InstrumentSettings {
  check('options', options, typeof options === 'object' && options !== null, 'an object');
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name as keyof InstrumentOptions)) {
      throw new TypeError(`there is no option ${name}: it must be one of ${KNOWN.join(', ')}`);
    }
  }
  const { meterProvider, tracerProvider, spans = 'call', attemptSpans = false } = options;
  const isMeter = meterProvider === undefined || typeof meterProvider?.getMeter === 'function';
  check('meterProvider', meterProvider, isMeter, 'a meter provider');
  const isTracer = tracerProvider === undefined || typeof tracerProvider?.getTracer === 'function';
  check('tracerProvider', tracerProvider, isTracer, 'a tracer provider');
  check('spans', spans, spans === 'call' || spans === 'active' || spans === false, "'call', 'active' or false");
  check('attemptSpans', attemptSpans, typeof attemptSpans === 'boolean', 'true or false');
  return { policies: policySet(options.policies), meterProvider, tracerProvider, spans, attemptSpans };
}

function policySet(policies: Iterable<Policy> | undefined): ReadonlySet<Policy> | undefined {
  if (policies === undefined) return undefined;
  const isList = typeof policies === 'object' && policies !== null && Symbol.iterator in policies;
  check('policies', policies, isList, 'a list of policies');
  const list = [...policies];
  for (const [index, policy] of list.entries()) check(`policies[${index}]`, policy, isPolicy(policy), 'a policy');
  return new Set(list);
}

function check(option: string, value: unknown, holds: boolean, rule: string): void {
  if (!holds) throw new TypeError(`${option} must be ${rule}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}
