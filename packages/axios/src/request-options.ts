import type { CallOptions, Mode, TimeoutOptions } from '@breakwater/core';
import { checkCall } from '@breakwater/core/adapter';
import type { AxiosRequestConfig } from 'axios';

/** What may be said of one request, under `resilience` in its config or in the defaults of an instance. */
export interface RequestResilience {
  /** Attempts after the first. */
  readonly maxRetries?: number | undefined;
  /** Which breaker, budget and cool-down the request belongs to. Default: what the policy says, else the origin of its URL. */
  readonly key?: string | undefined;
  /** True: sending it twice does no harm, whatever its method. False: it would. Undefined: the method decides. */
  readonly idempotent?: boolean | undefined;
  /**
   * Sent with every attempt, in the header that the policy's `idempotency` names (else `Idempotency-Key`), and so makes the
   * request one that may be repeated. A header of that name which the request has already is kept and does the same.
   */
  readonly idempotencyKey?: string | undefined;
  /** Hard limits, over those of the policy, in ms. axios's own `timeout` holds for each attempt besides. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** Runs before every attempt that the policy answers for, the first included: renews a token, signs anew. */
  readonly beforeAttempt?: BeforeAttempt | undefined;
  readonly mode?: Mode | undefined;
}

/**
 * Gets the config of one attempt, a copy of its own that it may change, and the attempt's number, from 1. What it returns is set
 * as headers. A request whose body can be sent once only, such as a stream, is retried where this puts a new one into
 * `config.data` on every attempt.
 *
 * What it throws ends the call. Not called in the modes `observe` and `off`.
 */
export type BeforeAttempt = (
  config: AttemptConfig,
  attempt: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
) => AttemptHeaders | void | Promise<AttemptHeaders | void>;

export type AttemptHeaders = Readonly<Record<string, string>>;

/** The config of one attempt: merged, its body transformed, its headers flat. */
export type AttemptConfig = AxiosRequestConfig & { headers: NonNullable<AxiosRequestConfig['headers']> };

declare module 'axios' {
  // Without type parameters: those that axios gives this interface differ from release to release, and all have defaults.
  interface AxiosRequestConfig {
    /** What the policy does with this request; `false` for nothing. */
    resilience?: RequestResilience | false | undefined;
  }
}

/** Throws unless the options of a request are as they must be; the message names option, rule and value. */
export function checkRequest(options: RequestResilience): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(
      `resilience must be an object or false, got ${Array.isArray(options) ? 'an array' : String(options)}`,
    );
  }
  const { beforeAttempt, ...call } = options;
  const unknown = Object.keys(call).find((name) => !(CALL_OPTIONS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`resilience.${unknown} is not an option; there are ${CALL_OPTIONS.join(', ')}, beforeAttempt`);
  }
  if (beforeAttempt !== undefined && typeof beforeAttempt !== 'function') {
    throw new TypeError(`resilience.beforeAttempt must be a function, got ${typeof beforeAttempt}`);
  }
  checkCall('resilience', call);
}

const CALL_OPTIONS: readonly (keyof CallOptions & keyof RequestResilience)[] = [
  'maxRetries',
  'key',
  'idempotent',
  'idempotencyKey',
  'timeouts',
  'mode',
];
