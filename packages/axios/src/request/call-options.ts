import { type CallOptions, type Mode, originOf, type Policy } from '@breakwater/core';
import { checkRequestOptions, isHeaderText, type Place } from '@breakwater/core/adapter';
import { axiosError, type RequestConfig } from '../axios-types.js';
import type { RequestResilience } from '../request-options.js';
import { sentHeader } from './attempt-config.js';
import { isForeignRetry } from './foreign-retry.js';
import { fullUrl, urlStart } from './full-url.js';
import { isOneShotBody } from './one-shot-body.js';
import { isReplayableForm } from './replayable-form.js';

/** Call options of a request. They may change while the request is under way. */
export type RequestCall = { -readonly [K in keyof CallOptions]: CallOptions[K] };

/** Shared by the requests without options of their own. */
export const NO_OPTIONS: RequestResilience = Object.freeze(Object.create(null) as RequestResilience);

const HOOKS = ['beforeAttempt', 'onReport'];

/** Returns the error for a request whose `resilience` is invalid; undefined if it is valid. */
export function optionsError(options: RequestResilience | undefined, config: RequestConfig): Error | undefined {
  if (options === undefined) return undefined;
  try {
    checkRequestOptions(options, HOOKS);
    return undefined;
  } catch (error) {
    return axiosError((error as Error).message, 'ERR_BAD_OPTION_VALUE', config, error);
  }
}

export function requestCall(
  policy: Policy,
  config: RequestConfig,
  options: RequestResilience,
  signal: AbortSignal | undefined,
): RequestCall {
  const { method, data, headers } = config;
  const key = policy.settings.keyOf === undefined ? defaultKey(config) : undefined;
  // All properties that are read below are its own: `Object.prototype` may have been polluted.
  const call: RequestCall = {
    method,
    url: fullUrl(config),
    key,
    signal,
    oneShotBody: isOneShotBody(data) && !isReplayableForm(data),
    maxRetries: undefined,
    idempotent: undefined,
    idempotencyKey: undefined,
    clientTimeoutMs: clientTimeoutMs(config),
    repeats: isForeignRetry(config),
  };
  if (options !== NO_OPTIONS) {
    const { maxRetries, idempotent, idempotencyKey, timeouts, mode } = options;
    Object.assign(call, { maxRetries, idempotent, idempotencyKey, timeouts, mode, key: options.key ?? key });
  }
  if (!keyMatters(policy, method)) return call;
  const sent = sentHeader(headers, keyHeaderOf(policy));
  if (sent === undefined || isHeaderText(sent)) call.idempotencyKey = sent ?? call.idempotencyKey;
  // The caller's header is sent as it is, even if it is not a valid key.
  else call.idempotent ??= true;
  return call;
}

/**
 * Returns a function that finds the place of an attempt by the URL to which it is sent. A key of the user's holds for
 * all attempts.
 */
export function placesOf(policy: Policy, options: RequestResilience): (config: RequestConfig) => Place | undefined {
  return (config) => {
    if (options.key !== undefined) return undefined;
    const key = policy.settings.keyOf === undefined ? defaultKey(config) : undefined;
    return key === undefined ? { method: config.method, url: fullUrl(config) } : { key };
  };
}

/** A request over a Unix socket belongs to that socket, whatever host its URL names. */
export function defaultKey(config: RequestConfig): string | undefined {
  const { socketPath } = config;
  return typeof socketPath === 'string' && socketPath !== '' ? `unix:${socketPath}` : originOf(urlStart(config));
}

/** Returns axios's own limit for an attempt, in ms. Undefined if it has none. axios accepts a string of digits, too. */
export function clientTimeoutMs(config: RequestConfig): number | undefined {
  const timeout: unknown = config.timeout;
  const ms = typeof timeout === 'string' ? Number.parseInt(timeout, 10) : timeout;
  return typeof ms === 'number' && ms > 0 && Number.isFinite(ms) ? ms : undefined;
}

/** Tells if the policy would repeat the request after a failure that proves nothing about the server. */
export function mayRepeat({ settings: { retry, idempotency } }: Policy, call: CallOptions): boolean {
  if (retry === false || (call.maxRetries ?? retry.maxRetries) === 0) return false;
  // A function decides only about outcomes that its policy judges, which this one is not.
  if (call.idempotent === false || typeof call.idempotent === 'function' || call.oneShotBody) return false;
  const method = (call.method ?? 'get').toUpperCase();
  const hasKey = call.idempotencyKey !== undefined || (idempotency !== false && idempotency.methods.has(method));
  return call.idempotent === true || hasKey || retry.methods.has(method);
}

/** The header that carries a request's idempotency key. */
export function keyHeaderOf({ settings: { idempotency } }: Policy): string {
  return idempotency === false ? DEFAULT_KEY_HEADER : idempotency.header;
}

/** Tells if attempts have a limit that axios does not know about, or the call has a deadline. */
export function hasLimits({ settings }: Policy, { timeouts }: RequestResilience): boolean {
  const { attemptMs, totalMs } = settings.timeouts;
  return (timeouts?.attemptMs ?? attemptMs ?? timeouts?.totalMs ?? totalMs) !== undefined;
}

export function modeOf(policy: Policy, options: RequestResilience | undefined): Mode {
  return options?.mode ?? policy.mode;
}

const DEFAULT_KEY_HEADER = 'Idempotency-Key';

/** Tells if a key in the request's own headers would matter. Looking for one takes time. */
export function keyMatters({ settings: { retry } }: Policy, method = 'get'): boolean {
  return retry !== false && !retry.methods.has(USUAL_METHODS.get(method) ?? method.toUpperCase());
}

/** The usual methods, in the spellings of axios and in upper case. */
export const USUAL_METHODS: ReadonlyMap<string, string> = new Map(
  ['get', 'head', 'options', 'put', 'delete', 'post', 'patch'].map((method) => [method, method.toUpperCase()]),
);
