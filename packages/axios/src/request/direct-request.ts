import type { AttemptFunction, CallOptions, Policy } from '@breakwater/core';
import { type ClientTraits, uncheckedPolicy } from '@breakwater/core/adapter';
import type { Adapter, ClientResponse, RequestConfig } from '../axios-types.js';
import { finalError } from '../resilience-error.js';
import { sentHeader } from './attempt-config.js';
import {
  clientTimeoutMs,
  defaultKey,
  hasLimits,
  keyHeaderOf,
  keyMatters,
  mayRepeat,
  NO_OPTIONS,
  USUAL_METHODS,
} from './call-options.js';
import type { CallCancel } from './cancel.js';
import { isForeignRetry } from './foreign-retry.js';
import { fullUrl } from './full-url.js';
import { isOneShotBody } from './one-shot-body.js';
import { isReplayableForm } from './replayable-form.js';
import { Attempts, type AttemptsInput } from './send-attempt.js';

/**
 * Sends a request without options of its own and without preparation, as nearly all are. Returns undefined, without any
 * effect, for any other request. It does the same as for other requests, with fewer objects and without unneeded
 * checks.
 */
export function sendDirectly(
  policy: Policy,
  adapter: Adapter,
  config: RequestConfig,
  traits: ClientTraits,
): Promise<ClientResponse> | undefined {
  const unchecked = uncheckedPolicy(policy);
  if (unchecked === undefined || !isDirect(policy, config)) return undefined;
  const request = new DirectRequest(policy, adapter, config);
  const send: AttemptFunction<ClientResponse> = (context) => request.attempts.send(context);
  return unchecked.executeUnchecked(traits, send, request);
}

/** Returns the traits of such requests. */
export function directTraits(traits: ClientTraits): ClientTraits {
  return {
    ...traits,
    again: (error, call) => (call as DirectRequest).attempts.again(error, undefined),
    endError: (error, call) => finalError(error, (call as DirectRequest).config),
  };
}

function isDirect(policy: Policy, { cancelToken, headers, method, signal }: RequestConfig): boolean {
  if (cancelToken || method === undefined || !USUAL_METHODS.has(method)) return false;
  if (signal && !(signal instanceof AbortSignal)) return false;
  if (hasLimits(policy, NO_OPTIONS)) return false;
  return !keyMatters(policy, method) || sentHeader(headers, keyHeaderOf(policy)) === undefined;
}

/**
 * The request as call options, cancel and attempts input: one object for all three. Getters for the absent options
 * shadow anything that was put on `Object.prototype`.
 */
class DirectRequest implements CallOptions, CallCancel, AttemptsInput {
  readonly adapter: Adapter;
  readonly config: RequestConfig;
  readonly key: string | undefined;
  readonly method: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly oneShotBody: boolean;
  readonly clientTimeoutMs: number | undefined;
  readonly repeats: boolean;
  readonly attempts: Attempts;
  readonly #policy: Policy;

  constructor(policy: Policy, adapter: Adapter, config: RequestConfig) {
    const { data, method, signal } = config;
    this.adapter = adapter;
    this.config = config;
    this.key = policy.settings.keyOf === undefined ? defaultKey(config) : undefined;
    this.method = method;
    this.signal = signal || undefined;
    this.oneShotBody = isOneShotBody(data) && !isReplayableForm(data);
    this.clientTimeoutMs = clientTimeoutMs(config);
    this.repeats = isForeignRetry(config);
    this.#policy = policy;
    this.attempts = new Attempts(this);
  }

  get url(): string | undefined {
    return fullUrl(this.config);
  }

  get cancel(): CallCancel {
    return this;
  }

  get keyHeader(): string {
    return keyHeaderOf(this.#policy);
  }

  get raced(): boolean {
    return false;
  }

  mayRepeat(): boolean {
    return mayRepeat(this.#policy, this);
  }

  abort(): void {}
  release(): void {}

  get idempotent(): undefined {
    return undefined;
  }
  get idempotencyKey(): undefined {
    return undefined;
  }
  get maxRetries(): undefined {
    return undefined;
  }
  get methods(): undefined {
    return undefined;
  }
  get statuses(): undefined {
    return undefined;
  }
  get timeouts(): undefined {
    return undefined;
  }
  get mode(): undefined {
    return undefined;
  }
  get exhausted(): undefined {
    return undefined;
  }
}
