import type { ClientRequest } from 'node:http';

/** The part of got's options that makes sense to look at, or to change, before an attempt. All releases have it in common. */
export interface AttemptOptions {
  readonly context: Record<string, unknown>;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly method: string;
  readonly url?: string | URL | undefined;
  /** What is sent: `json` and `form` are a string here. */
  readonly body?: unknown;
}

/** A call's options: a copy that belongs to this call alone. */
export interface GotOptions extends AttemptOptions {
  readonly hooks: GotHooks;
  readonly retry: GotRetry;
  readonly signal?: AbortSignal | undefined;
}

export interface GotHooks {
  readonly beforeRequest: ((options: GotOptions) => unknown)[];
  readonly beforeRetry: ((error: GotError) => unknown)[];
  readonly beforeError: ((error: GotError) => unknown)[];
  readonly afterResponse: ((response: GotResponse) => unknown)[];
}

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

/** got's `RequestError`, and all that derive from it. */
export interface GotError extends Error {
  code?: string;
  readonly request?: GotRequest | undefined;
  readonly response?: GotResponse | undefined;
}

export interface GotResponse {
  readonly statusCode: number;
  readonly headers: unknown;
  /** Undefined while it is being streamed. */
  readonly body?: unknown;
  readonly ok: boolean;
  readonly isFromCache: boolean;
  readonly request: GotRequest;
}

/** The stream behind each of got's requests; with the promise API, one for each attempt. */
export interface GotRequest {
  destroy(error?: Error): unknown;
}

/** What a call gives its caller: a promise or a stream. */
export type GotResult = GotPromise & GotStream;

export interface GotPromise extends Promise<unknown> {
  on(event: 'request', listener: (request: ClientRequest) => void): unknown;
  on(event: 'response', listener: (response: GotResponse) => void): unknown;
}

export interface GotStream extends GotRequest {
  readonly destroyed: boolean;
  emit(event: string | symbol, ...args: unknown[]): boolean;
}
