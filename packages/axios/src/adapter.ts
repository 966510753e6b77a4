import { type CallOptions, type Mode, type Policy, processWide } from '@breakwater/core';
import { sentHeader } from './attempt-config.js';
import { attemptsOf } from './attempts.js';
import { callCancel } from './cancel.js';
import { type Adapter, axiosError, type ClientResponse, type RequestConfig, resolveAdapter } from './client.js';
import { fullUrl } from './full-url.js';
import { isOneShotBody } from './one-shot-body.js';
import { checkRequest, type RequestResilience } from './options.js';
import { axiosTraits, racedTraits } from './outcome.js';
import { finalError } from './refusal.js';

/**
 * An adapter that takes a request through the policy's loop and each attempt through the underlying one. Everything that axios
 * does around an adapter happens once, then: interceptors, transforms, parsing.
 */
export function resilientAdapter(policy: Policy, underlying: unknown): Adapter {
  const wrapper: Adapter = (config) => {
    // First of all: whoever sends this config again must find in it what was there before.
    config.adapter = underlying;
    try {
      const adapter = resolveAdapter(underlying, config);
      const { resilience } = config;
      if (resilience === false || modeOf(policy, resilience) === 'off') return adapter(config);
      const problem = problemWith(resilience);
      if (problem !== undefined) throw axiosError(problem.message, 'ERR_BAD_OPTION_VALUE', config, problem);
      return throughPolicy(policy, adapter, config, resilience ?? NO_OPTIONS);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  wrappers.set(wrapper, underlying);
  return wrapper;
}

/** The adapter itself, or what was there before it was wrapped: a config may come back before its request has reached an adapter. */
export function unwrapped(adapter: unknown): unknown {
  return typeof adapter === 'function' && wrappers.has(adapter) ? wrappers.get(adapter) : adapter;
}

/** One for ESM and CommonJS: what one of the two has wrapped the other must know. */
const wrappers = processWide('axios.wrappers.1', () => new WeakMap<object, unknown>());
const NO_OPTIONS: RequestResilience = Object.freeze({});
const DEFAULT_KEY_HEADER = 'Idempotency-Key';

function throughPolicy(
  policy: Policy,
  adapter: Adapter,
  config: RequestConfig,
  options: RequestResilience,
): Promise<ClientResponse> {
  const { beforeAttempt } = options;
  const { idempotency } = policy.settings;
  const keyHeader = idempotency === false ? DEFAULT_KEY_HEADER : idempotency.header;
  const cancel = callCancel(config, beforeAttempt !== undefined);
  const call = callOf(policy, config, options, cancel.signal, keyHeader);
  const raced = beforeAttempt !== undefined || hasLimits(policy, options);
  const onNewBody = (): void => {
    call.oneShotBody = false;
  };
  const attempts = attemptsOf({ adapter, config, cancel, raced, keyHeader, beforeAttempt, onNewBody });
  return policy.executeWith(raced ? racedTraits : axiosTraits, attempts, call).then(
    (response) => {
      cancel.release();
      return response;
    },
    (error: unknown) => {
      cancel.release();
      throw finalError(error, config);
    },
  );
}

type Call = { -readonly [K in keyof CallOptions]: CallOptions[K] };

function callOf(
  policy: Policy,
  config: RequestConfig,
  options: RequestResilience,
  signal: AbortSignal | undefined,
  keyHeader: string,
): Call {
  const { method, data, headers } = config;
  const call: Call = { method, url: fullUrl(config), signal, oneShotBody: isOneShotBody(data) };
  if (options !== NO_OPTIONS) {
    const { maxRetries, key, idempotent, idempotencyKey, timeouts, mode } = options;
    Object.assign(call, { maxRetries, key, idempotent, idempotencyKey, timeouts, mode });
  }
  if (keyMatters(policy, method)) call.idempotencyKey = sentHeader(headers, keyHeader) ?? call.idempotencyKey;
  return call;
}

/** Whether a key in the request's own headers would make a difference. Looking for one takes time. */
function keyMatters({ settings: { retry } }: Policy, method = 'get'): boolean {
  return retry !== false && !retry.methods.has(method.toUpperCase());
}

function hasLimits({ settings }: Policy, { timeouts }: RequestResilience): boolean {
  const { attemptMs, totalMs } = settings.timeouts;
  return (timeouts?.attemptMs ?? attemptMs ?? timeouts?.totalMs ?? totalMs) !== undefined;
}

function modeOf(policy: Policy, options: RequestResilience | undefined): Mode {
  return options?.mode ?? policy.mode;
}

function problemWith(options: RequestResilience | undefined): Error | undefined {
  if (options === undefined) return undefined;
  try {
    checkRequest(options);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
