import type { CallReport } from '@breakwater/core';
import type { RequestOptionsBase } from '@breakwater/core/adapter';
import type { AxiosRequestConfig } from 'axios';

/** Options of one request, under `resilience` in its config or in the defaults of an instance. */
export interface RequestResilience extends RequestOptionsBase {
  /** Runs before every attempt under the policy, including the first: renews a token, signs again. */
  readonly beforeAttempt?: BeforeAttempt | undefined;
  /**
   * Called once with the report of the request when it has ended, whatever the result. For code that gets neither the
   * response nor its error, such as behind an interceptor that returns `response.data`. Must not throw; its errors are
   * ignored.
   */
  readonly onReport?: ((report: CallReport) => void) | undefined;
}

/**
 * Receives the config of one attempt, a copy that it may change, and the attempt's number, from 1. The result is set as
 * headers. A request whose body can be sent only once, such as a stream, is retried if this function sets a new
 * `config.data` on every attempt.
 *
 * Runs before the attempt takes a probe or a slot: calls that it makes through the same policy do not wait for this
 * one. It may take `timeouts.attemptMs`; if it takes longer, the attempt has failed. If it throws, the call ends with
 * that error. If it sends the attempt to another place (`baseURL`, `url`, `socketPath`), the attempt has the key of
 * that place, unless the request names its `key`. Not called in the modes `observe` and `off`.
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
  // Has no type parameters: those of axios differ from release to release, and all have defaults.
  interface AxiosRequestConfig {
    /** The options of this request; `false` switches the policy off for it. */
    resilience?: RequestResilience | false | undefined;
  }
}
