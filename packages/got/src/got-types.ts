import type { ClientRequest } from 'node:http';

/** The part of got's options that a hook may read or change before an attempt. All supported releases have it. */
export interface AttemptOptions {
  readonly context: Record<string, unknown>;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly method: string;
  /** Target of the attempt. If a hook changes it, the attempt uses the breaker, limit and budget of the new target. */
  url?: string | URL | undefined;
  /** The body to send; `json` and `form` have become a string here. A one-shot body is renewed by setting it. */
  body?: unknown;
}

/** The options of one call, as a copy that belongs to this call alone. */
export interface GotOptions extends AttemptOptions {
  readonly hooks: GotHooks;
  readonly retry: GotRetry;
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: { readonly request?: number | undefined } | undefined;
  readonly cache?: unknown;
  readonly isStream?: boolean | undefined;
  /** The options as given, one entry for each merge. Up to got 15. */
  readonly _init?: unknown;
}

export interface GotHooks {
  beforeRequest: BeforeRequestHook[];
  readonly beforeRedirect: ((options: GotOptions, response: GotResponse) => unknown)[];
  beforeRetry: ((error: GotError) => unknown)[];
  beforeError: ((error: GotError) => unknown)[];
  afterResponse: ((response: GotResponse) => unknown)[];
}

/** `context` since 14.6. */
export type BeforeRequestHook = (options: GotOptions, context?: unknown) => unknown;

export interface GotRetry {
  readonly limit: number;
  readonly methods: readonly string[];
  readonly statusCodes: readonly number[];
  calculateDelay: CalculateDelay;
  /** Since 14.5. */
  enforceRetryRules?: boolean;
}

/** Milliseconds; 0, NaN and undefined mean that there is no retry. */
export type CalculateDelay = (input: RetryInput) => number | undefined | PromiseLike<number | undefined>;

export interface RetryInput {
  readonly error: GotError;
  readonly computedValue: number;
}

/** got's `RequestError`, and all errors that derive from it. */
export interface GotError extends Error {
  code?: string;
  readonly options?: GotOptions | undefined;
  readonly request?: GotRequest | undefined;
  readonly response?: GotResponse | undefined;
}

export interface GotResponse {
  readonly statusCode: number;
  readonly headers: unknown;
  /** Undefined while the body is being streamed. */
  readonly body?: unknown;
  readonly ok: boolean;
  readonly isFromCache: boolean;
  readonly request: GotRequest;
}

/** The stream behind each of got's requests; with the promise API, one for each attempt. */
export interface GotRequest {
  readonly options: GotOptions;
  readonly response?: GotResponse | undefined;
  on(event: 'error', listener: (error: GotError) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  destroy(error?: Error): unknown;
}

/** Result of a call: a promise or a stream. */
export type GotResult = GotPromise & GotStream;

export interface GotPromise extends Promise<unknown> {
  on(event: 'request', listener: (request: ClientRequest) => void): unknown;
  /** Up to 14; the promise is a `PCancelable` there. */
  cancel?: ((reason?: string) => void) | undefined;
  readonly isCanceled?: boolean | undefined;
}

export interface GotStream extends GotRequest {
  readonly destroyed: boolean;
  emit(event: string | symbol, ...args: unknown[]): boolean;
}
