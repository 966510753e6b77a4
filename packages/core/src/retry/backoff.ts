import { MAX_TIMER_MS } from '../host/clock.js';
import { applyJitter, type Jitter, jitterRange } from './jitter.js';

/** Curve of the delays from retry to retry; {@link backoffDelay} has the formulas. */
export type BackoffKind = 'exponential' | 'linear' | 'constant' | 'decorrelated';

/** A complete backoff as data. */
export interface BackoffOptions {
  /** Curve of the delays: `'exponential'`, `'linear'`, `'constant'` or `'decorrelated'`. @default 'exponential' */
  readonly kind: BackoffKind;
  /** Start of the curve, in ms. @default 100 */
  readonly baseMs: number;
  /** Start of the curve after a 429, in ms; `baseMs` if that is greater. @default 1_000 */
  readonly throttledBaseMs: number;
  /** Ratio of one exponential delay to the one before; the other kinds do not use it. @default 2 */
  readonly factor: number;
  /** Cap on the delay, in ms. Jitter is applied after it, so ±25 % can exceed it by 25 %. @default 20_000 */
  readonly maxMs: number;
  /**
   * `'none'`, `'full'` (anything from 0 to the delay), `'equal'` (from half of it), or a number in 0..1 (± that share).
   * Decorrelated delays are random already and get none.
   * @default 'full'
   */
  readonly jitter: Jitter;
}

/** A backoff as data, as users write it; missing or undefined fields are taken from the default backoff. */
export type BackoffSettings = { readonly [Name in keyof BackoffOptions]?: BackoffOptions[Name] | undefined };

/** Input of a delay. */
export interface BackoffInput {
  /** Number of the retry that follows the delay, from 1. */
  readonly retry: number;
  /** The delay before the last retry, in milliseconds; undefined before the first. */
  readonly previousMs: number | undefined;
  /** True if the server asked for less load, as with a 429. */
  readonly throttled: boolean;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A backoff as code. It returns milliseconds; {@link backoffDelay} describes how other results are handled. */
export type BackoffFunction = (input: BackoffInput) => number;

/** Rule for the wait before each retry, as data or code. */
export type Backoff = BackoffOptions | BackoffFunction;

/** Bounds of the delay before a retry. All in milliseconds. */
export interface BackoffRange {
  /** Lower bound of the delay. */
  readonly minMs: number;
  /** The mean before rounding; undefined for decorrelated delays that may have met the cap: no formula gives theirs. */
  readonly meanMs: number | undefined;
  /** Upper bound of the delay. */
  readonly maxMs: number;
}

/** Doubles from 100 ms (1 s when throttled) up to 20 s, and waits a random part of that. */
export const defaultBackoff: BackoffOptions = Object.freeze({
  kind: 'exponential',
  baseMs: 100,
  throttledBaseMs: 1_000,
  factor: 2,
  maxMs: 20_000,
  jitter: 'full',
});

/**
 * Returns the wait before a retry. Pure: it takes randomness as an argument and keeps nothing.
 *
 * With `base` for `baseMs`, or for the greater of `baseMs` and `throttledBaseMs` when throttled, retry `n` waits
 *
 * - exponential: `base * factor ** (n - 1)`
 * - linear: `base * n`
 * - constant: `base`
 *
 * cut to `maxMs` and then jittered, in this order, so that clients do not line up at the cap. Decorrelated delays are
 * drawn between `base` and `min(maxMs, 3 * previousMs)`, with `base` as the first `previousMs`; `jitter` and `factor`
 * do not apply to them. AWS's article cuts after the draw, which lines up one client in five at the cap by retry 14.
 *
 * The result of a function is not subject to `maxMs`; Infinity and negative numbers become the longest and the shortest
 * delay. If it returns no number (NaN, a string, undefined, a promise), the default backoff decides, since a faulty
 * backoff must not turn into a storm of retries. What it throws is thrown.
 *
 * @returns whole milliseconds, from 0 to 2^31 - 1, for any retry number
 * @see {@link https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ | AWS on backoff and jitter}
 */
export function backoffDelay(backoff: BackoffSettings | BackoffFunction, input: BackoffInput): number {
  const delayMs: unknown =
    typeof backoff === 'function' ? backoff(input) : computedDelay(resolveBackoff(backoff), input);
  const isNumber = typeof delayMs === 'number' && !Number.isNaN(delayMs);
  return wholeTimerMs(isNumber ? delayMs : computedDelay(defaultBackoff, input));
}

/**
 * Returns the bounds of {@link backoffDelay}'s result, for a call whose failures so far were all of the same kind. They
 * are exact, rounding included: the results with a `random` that always returns 0, or nearly 1.
 *
 * @param retry - number of the retry that follows the delay, from 1
 * @returns undefined for a function, since nothing is known about it
 */
export function backoffRange(
  backoff: BackoffSettings | BackoffFunction,
  retry: number,
  throttled: boolean,
): BackoffRange | undefined {
  if (typeof backoff === 'function') return undefined;
  const options = resolveBackoff(backoff);
  if (options.kind === 'decorrelated') return decorrelatedRange(options, retry, throttled);
  const { minMs, maxMs } = jitterRange(options.jitter, curve(options.kind, options, retry, throttled));
  return { minMs: wholeTimerMs(minMs), meanMs: (minMs + maxMs) / 2, maxMs: wholeTimerMs(maxMs) };
}

/** Completes a backoff with the fields of the default one that are missing or undefined. */
export function resolveBackoff(backoff: BackoffSettings): BackoffOptions {
  return {
    kind: backoff.kind ?? defaultBackoff.kind,
    baseMs: backoff.baseMs ?? defaultBackoff.baseMs,
    throttledBaseMs: backoff.throttledBaseMs ?? defaultBackoff.throttledBaseMs,
    factor: backoff.factor ?? defaultBackoff.factor,
    maxMs: backoff.maxMs ?? defaultBackoff.maxMs,
    jitter: backoff.jitter ?? defaultBackoff.jitter,
  };
}

function computedDelay(options: BackoffOptions, { retry, previousMs, throttled, random }: BackoffInput): number {
  if (options.kind === 'decorrelated') {
    const capMs = capOf(options);
    const baseMs = Math.min(capMs, startOf(options, throttled));
    const reachMs = Math.min(capMs, decorrelatedReach(baseMs, previousMs ?? baseMs));
    return baseMs + random() * (reachMs - baseMs);
  }
  return applyJitter(options.jitter, curve(options.kind, options, retry, throttled), random);
}

function curve(
  kind: Exclude<BackoffKind, 'decorrelated'>,
  options: BackoffOptions,
  retry: number,
  throttled: boolean,
): number {
  const baseMs = startOf(options, throttled);
  switch (kind) {
    case 'exponential':
      // The power becomes infinite at high retry numbers, and multiplying it by a base of 0 would give NaN.
      return Math.min(capOf(options), baseMs * Math.min(options.factor ** (retry - 1), Number.MAX_VALUE));
    case 'linear':
      return Math.min(capOf(options), baseMs * retry);
    case 'constant':
      return Math.min(capOf(options), baseMs);
  }
}

function decorrelatedRange(options: BackoffOptions, retry: number, throttled: boolean): BackoffRange {
  const baseMs = startOf(options, throttled);
  const capMs = capOf(options);
  const minMs = wholeTimerMs(Math.min(capMs, baseMs));
  if (baseMs >= capMs) return { minMs, meanMs: capMs, maxMs: minMs };
  let meanMs = baseMs;
  let maxMs = baseMs;
  for (let n = 1; n <= retry; n += 1) {
    const reachMs = decorrelatedReach(baseMs, maxMs);
    if (reachMs > capMs) return { minMs, meanMs: undefined, maxMs: wholeTimerMs(capMs) };
    // A base of zero, or of a small part of a millisecond, never grows.
    if (wholeTimerMs(reachMs) === maxMs) break;
    meanMs = (baseMs + 3 * meanMs) / 2;
    maxMs = wholeTimerMs(reachMs);
  }
  return { minMs, meanMs, maxMs };
}

/**
 * Returns the upper bound of the draw after `previousMs`. It is at least the base, which throttling may have raised
 * meanwhile.
 */
function decorrelatedReach(baseMs: number, previousMs: number): number {
  return Math.max(baseMs, 3 * previousMs);
}

function startOf(options: BackoffOptions, throttled: boolean): number {
  return throttled ? Math.max(options.baseMs, options.throttledBaseMs) : options.baseMs;
}

/** Returns a finite cap, so that a draw of 0 times the cap is 0 even if `maxMs` is Infinity. */
function capOf(options: BackoffOptions): number {
  return Math.min(options.maxMs, MAX_TIMER_MS);
}

function wholeTimerMs(delayMs: number): number {
  return delayMs > 0 ? Math.round(Math.min(delayMs, MAX_TIMER_MS)) : 0;
}
