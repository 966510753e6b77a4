import { systemClock } from '../host/clock.js';
import type { BackoffFunction, BackoffOptions, BackoffSettings } from '../retry/backoff.js';
import type { BudgetRules } from '../retry/budget.js';
import { memoryStore } from '../store/memory-store.js';
import { own } from '../untrusted/own-properties.js';
import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { adaptiveLimitDefaults, defaults, fixedLimitDefaults, idempotencyDefaults } from './defaults.js';
import { ambientMode, checkMode } from './mode.js';
import type {
  BreakerOptions,
  BreakerSettings,
  CallTimeouts,
  CoolDownSettings,
  IdempotencyOptions,
  IdempotencySettings,
  LimitSettings,
  PolicyOptions,
  PolicySettings,
  RetryOptions,
  RetrySettings,
  TimeoutOptions,
} from './options.js';

/**
 * A policy's options, validated and filled up with the defaults; a copy, so that changing the options later changes
 * nothing.
 *
 * @throws TypeError for a value of the wrong type or an option that does not exist, RangeError for one out of its range
 * or in contradiction to another. The message names the option, the rule and the value.
 */
export function resolveOptions(given: PolicyOptions = {}): PolicySettings {
  check.plainObject('options', given);
  const options = own(given);
  check.checkFields('', options, policyChecks);
  const random = options.random ?? Math.random;
  return Object.freeze({
    name: options.name ?? defaults.name,
    instance: options.instance,
    mode: options.mode ?? ambientMode(),
    enforceRate: options.enforceRate ?? defaults.enforceRate,
    retry: resolveRetry(options.retry),
    budget: part<BudgetRules>('budget', options.budget, defaults.budget, budgetChecks),
    breaker: resolveBreaker(options.breaker),
    coolDown: part<CoolDownSettings>('coolDown', options.coolDown, defaults.coolDown, coolDownChecks),
    limit: resolveLimit(options.limit),
    timeouts: resolveTimeouts('timeouts', options.timeouts, defaults.timeouts),
    idempotency: resolveIdempotency(options.idempotency),
    keyOf: options.keyOf,
    attributesOf: options.attributesOf,
    maxKeys: options.maxKeys ?? defaults.maxKeys,
    keyIdleMs: options.keyIdleMs ?? defaults.keyIdleMs,
    store: options.store ?? memoryStore(),
    clock: options.clock ?? systemClock,
    random,
  });
}

/** A call's own timeouts over those of its policy. */
export function resolveTimeouts(path: string, given: TimeoutOptions | undefined, base: CallTimeouts): CallTimeouts {
  if (given === undefined) return base;
  check.plainObject(path, given);
  const options = own(given);
  check.checkFields(path, options, timeoutChecks);
  const attemptMs = finite(options.attemptMs);
  const totalMs = finite(options.totalMs);
  if (attemptMs !== undefined && totalMs !== undefined && attemptMs > totalMs) {
    throw contradiction(`${path}.attemptMs`, `at most ${path}.totalMs (${totalMs})`, attemptMs);
  }
  // A call that is in more of a hurry than its policy contradicts nothing: its attempts end with it.
  return Object.freeze({
    attemptMs: finite(options.attemptMs ?? base.attemptMs),
    totalMs: finite(options.totalMs ?? base.totalMs),
  });
}

/** `Infinity` is how a limit that was set is lifted: `undefined` names nothing. */
function finite(ms: number | undefined): number | undefined {
  return ms === Number.POSITIVE_INFINITY ? undefined : ms;
}

const checkMaxRetries = check.integerFrom(0);
const checkSignal: check.Check = (path, value) => {
  if (typeof value !== 'object' || value === null || !('aborted' in value) || !('addEventListener' in value)) {
    throw new TypeError(`${path} must be an AbortSignal, got ${check.shown(value)}`);
  }
};

/** Checks of a single call's options. */
export const callChecks: Readonly<Record<string, check.Check>> = {
  key: check.nonEmptyString,
  method: check.httpMethod,
  url: check.nonEmptyString,
  idempotent: check.booleanOrFunction,
  idempotencyKey: check.headerText,
  oneShotBody: check.boolean,
  signal: checkSignal,
  maxRetries: checkMaxRetries,
  methods: check.listOf(check.httpMethod),
  statuses: check.listOf(check.httpStatus),
  timeouts: (path, value) => {
    resolveTimeouts(path, value as TimeoutOptions, defaults.timeouts);
  },
  clientTimeoutMs: check.duration,
  mode: checkMode,
  exhausted: check.oneOf('rethrow', 'wrap'),
};

const policyChecks: Readonly<Record<keyof PolicyOptions, check.Check>> = {
  name: check.nonEmptyString,
  instance: check.nonEmptyString,
  mode: checkMode,
  enforceRate: check.share,
  retry: check.objectOrFalse,
  budget: check.objectOrFalse,
  breaker: check.objectOrFalse,
  coolDown: check.objectOrFalse,
  limit: check.objectOrFalse,
  timeouts: check.plainObject,
  idempotency: check.objectOrFalse,
  keyOf: check.aFunction,
  attributesOf: check.aFunction,
  maxKeys: check.integerFrom(1),
  keyIdleMs: check.positiveDuration,
  store: check.hasMethods('a breaker store', ['attach']),
  clock: check.hasMethods('a clock', ['now', 'wallNow', 'schedule']),
  random: check.aFunction,
};

const retryChecks: Readonly<Record<keyof RetryOptions, check.Check>> = {
  maxRetries: checkMaxRetries,
  backoff: (path, value) => {
    if (typeof value !== 'function') check.plainObject(path, value);
  },
  methods: check.listOf(check.httpMethod),
  statuses: check.listOf(check.httpStatus),
  maxElapsedMs: check.durationOrInfinity,
  respectRetryAfter: check.boolean,
  shouldRetry: check.aFunction,
};

const backoffChecks: Readonly<Record<keyof BackoffOptions, check.Check>> = {
  kind: check.oneOf('exponential', 'linear', 'constant', 'decorrelated'),
  baseMs: check.duration,
  throttledBaseMs: check.duration,
  factor: check.atLeast(1),
  maxMs: check.duration,
  jitter: (path, value) => {
    if (typeof value === 'number') check.share(path, value);
    else check.oneOf('none', 'full', 'equal')(path, value);
  },
};

const budgetChecks: Readonly<Record<keyof BudgetRules, check.Check>> = {
  ratio: check.share,
  minRetriesPerSecond: check.atLeast(0),
  windowMs: check.positiveDuration,
};

const breakerChecks: Readonly<Record<keyof BreakerOptions, check.Check>> = {
  consecutiveFailures: check.orFalse(check.integerFrom(1)),
  consecutiveForMs: (path, value) => {
    if (value !== 'auto') check.duration(path, value);
  },
  failureRate: check.orFalse(check.positiveShare),
  minimumCalls: check.integerFrom(1),
  window: check.plainObject,
  slowCallMs: check.positiveDurationOrInfinity,
  slowCallRate: check.positiveShare,
  openMs: check.positiveDuration,
  openFactor: check.atLeast(1),
  maxOpenMs: check.positiveDuration,
  probes: check.integerFrom(1),
  successesToClose: check.integerFrom(1),
  probeLeaseMs: check.atLeast(1),
  ramp: check.orFalse(check.listOf(check.positiveShare)),
  isFailure: check.aFunction,
};

const coolDownChecks: Readonly<Record<keyof CoolDownSettings, check.Check>> = {
  maxWaiting: check.integerFrom(0),
  maxMs: check.duration,
};

const timeoutChecks: Readonly<Record<keyof TimeoutOptions, check.Check>> = {
  attemptMs: check.timerDurationOrInfinity,
  totalMs: check.timerDurationOrInfinity,
};

const idempotencyChecks: Readonly<Record<keyof IdempotencyOptions, check.Check>> = {
  header: check.headerName,
  methods: check.listOf(check.httpMethod),
  generate: check.aFunction,
};

const limitKind = check.oneOf('adaptive', 'fixed');
const adaptiveLimitChecks = { kind: limitKind, minConcurrency: check.integerFrom(1) };
const fixedLimitChecks = {
  kind: limitKind,
  concurrency: check.integerFrom(1),
  queue: check.integerFrom(0),
  maxQueueMs: check.duration,
};

function resolveRetry(given: RetryOptions | false | undefined): RetrySettings | false {
  if (given === false) return false;
  const options = given && own(given);
  const filled = fill('retry', options, defaults.retry, retryChecks);
  return Object.freeze({
    maxRetries: filled.maxRetries,
    backoff: resolveBackoff(filled.backoff),
    methods: upperCased(filled.methods),
    statuses: new Set(filled.statuses),
    maxElapsedMs: filled.maxElapsedMs,
    respectRetryAfter: filled.respectRetryAfter,
    shouldRetry: options?.shouldRetry,
  });
}

function resolveBackoff(options: BackoffSettings | BackoffFunction): BackoffOptions | BackoffFunction {
  if (typeof options === 'function') return options;
  const filled = fill('retry.backoff', options, defaults.retry.backoff, backoffChecks);
  if (filled.baseMs > filled.maxMs) {
    throw contradiction('retry.backoff.baseMs', `at most retry.backoff.maxMs (${filled.maxMs})`, filled.baseMs);
  }
  return deepFreeze(filled);
}

function resolveBreaker(given: BreakerOptions | false | undefined): BreakerSettings | false {
  if (given === false) return false;
  const options = given && own(given);
  const filled = fill('breaker', options, { ...defaults.breaker, ...rulesAsWritten(options) }, breakerChecks);
  const { minimumCalls, openMs, maxOpenMs, ramp } = filled;
  const window = own(filled.window);
  if (window.kind === 'count') {
    check.checkFields('breaker.window', window, { kind: windowKind, size: check.integerFrom(1) });
    check.integerFrom(1)('breaker.window.size', window.size);
    if (window.size > MAX_WINDOW_SIZE) {
      throw contradiction('breaker.window.size', `at most ${MAX_WINDOW_SIZE}`, window.size);
    }
    if (minimumCalls > window.size) {
      throw contradiction('breaker.minimumCalls', `at most breaker.window.size (${window.size})`, minimumCalls);
    }
  } else {
    check.checkFields('breaker.window', window, { kind: windowKind, ms: check.positiveDuration });
    windowKind('breaker.window.kind', window.kind);
    check.positiveDuration('breaker.window.ms', window.ms);
  }
  if (openMs > maxOpenMs) throw contradiction('breaker.openMs', `at most breaker.maxOpenMs (${maxOpenMs})`, openMs);
  return deepFreeze({
    ...filled,
    window: window.kind === 'count' ? { kind: 'count', size: window.size } : { kind: 'time', ms: window.ms },
    slowCallMs: finite(filled.slowCallMs),
    ramp: ramp === false ? false : [...ramp],
    isFailure: options?.isFailure,
  });
}

/** Returns what stands for the defaults beside rules that the user sets: those hold as written. */
function rulesAsWritten(
  options: BreakerOptions | undefined,
): Partial<Pick<BreakerSettings, 'consecutiveForMs' | 'failureRate'>> {
  const byRun = options?.consecutiveFailures !== undefined;
  const byRate = options?.minimumCalls !== undefined || options?.window !== undefined;
  return { ...(byRun && { consecutiveForMs: 0 }), ...(byRate && { failureRate: USUAL_FAILURE_RATE }) };
}

const USUAL_FAILURE_RATE = 0.5;
const windowKind = check.oneOf('time', 'count');
/** Each key keeps a byte for each. */
const MAX_WINDOW_SIZE = 1_000_000;

function resolveLimit(given: PolicyOptions['limit']): LimitSettings | false {
  if (given === false) return false;
  if (given === undefined) return defaults.limit;
  const options = own(given);
  limitKind('limit.kind', options.kind);
  return deepFreeze(
    options.kind === 'fixed'
      ? { ...fill('limit', options, fixedLimitDefaults, fixedLimitChecks), kind: 'fixed' as const }
      : { ...fill('limit', options, adaptiveLimitDefaults, adaptiveLimitChecks), kind: 'adaptive' as const },
  );
}

function resolveIdempotency(given: IdempotencyOptions | false | undefined): IdempotencySettings | false {
  if (given === undefined || given === false) return false;
  const options = own(given);
  const filled = fill('idempotency', options, idempotencyDefaults, idempotencyChecks);
  return Object.freeze({
    header: filled.header,
    methods: upperCased(filled.methods),
    generate: options.generate,
  });
}

function part<T extends object>(
  path: string,
  options: object | false | undefined,
  base: T,
  checks: Readonly<Record<keyof T, check.Check>>,
): T | false {
  return options === false ? false : Object.freeze(fill(path, options, base, checks));
}

/** `base` with what is set in `options` over it, each value checked. `undefined` never overwrites a default. */
function fill<T extends object, O extends object>(
  path: string,
  given: O | undefined,
  base: T,
  checks: Readonly<Record<string, check.Check>>,
): Filled<T, O> {
  const options = own(given ?? {});
  check.checkFields(path, options, checks);
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(set) } as Filled<T, O>;
}

/** The types that the options allow for what the defaults name. */
type Filled<T, O> = { [K in keyof T]: K extends keyof O ? Exclude<O[K], undefined> | Extract<T[K], undefined> : T[K] };

function upperCased(methods: readonly string[]): ReadonlySet<string> {
  return new Set(methods.map((method) => method.toUpperCase()));
}

function contradiction(path: string, rule: string, value: number): RangeError {
  return new RangeError(`${path} must be ${rule}, got ${value}`);
}
