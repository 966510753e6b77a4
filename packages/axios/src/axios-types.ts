import axios from 'axios';
import type { RequestResilience } from './request-options.js';

/**
 * The part of an axios instance that is used here. Structural, because the instance types and function parameters of
 * two releases of axios are not assignable to each other.
 */
export interface AxiosTarget {
  readonly defaults: { readonly adapter?: unknown };
  readonly interceptors: {
    readonly request: { use(...parameters: never): number; eject(id: number): void };
  };
}

/**
 * A copy of axios other than the one that this package loads. An app may have two, of different releases or module
 * formats.
 */
export interface AxiosCopy {
  readonly AxiosError: ErrorClass;
  /** Undefined until it is known. Until then axios itself makes the error of a cancelled request. */
  readonly CanceledError: CanceledErrorClass | undefined;
  /** Returns the adapter with one of these names. */
  adapterFor(names: unknown): Adapter;
}

export type ErrorClass = new (
  message: string,
  code?: string,
  config?: unknown,
  request?: unknown,
  response?: unknown,
) => Error;
export type CanceledErrorClass = new (message: undefined, config: RequestConfig) => Error;

/** The request interceptors of an instance, as all releases have them. */
export interface RequestInterceptors {
  use(
    onFulfilled: (config: RequestConfig) => RequestConfig,
    onRejected: undefined,
    options: { readonly synchronous: true },
  ): number;
  eject(id: number): void;
  readonly handlers?: readonly ({ readonly fulfilled?: unknown } | null)[];
}

/** The interceptors of one kind on an instance, as all releases have them. */
export interface Interceptors {
  use(onFulfilled: unknown, onRejected: unknown, options?: { readonly synchronous: boolean }): number;
  eject(id: number): void;
  forEach(visit: (entry: InterceptorEntry) => void): void;
}

export interface InterceptorEntry {
  readonly fulfilled?: ((value: unknown) => unknown) | null | undefined;
  readonly rejected?: ((error: unknown) => unknown) | null | undefined;
}

/** A request's config as adapters get it, in any release: merged, its body transformed, its headers flat. */
export interface RequestConfig {
  adapter?: unknown;
  readonly allowAbsoluteUrls?: boolean | undefined;
  readonly baseURL?: string | undefined;
  readonly cancelToken?: CancelToken | undefined;
  readonly data?: unknown;
  readonly headers: RequestHeaders;
  readonly method?: string | undefined;
  readonly resilience?: RequestResilience | false | undefined;
  readonly responseType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly socketPath?: string | null | undefined;
  readonly timeout?: number | undefined;
  readonly url?: string | undefined;
}

/** `AxiosHeaders`, or a plain object in 0.27. Both keep a header as an enumerable property of their own. */
export type RequestHeaders = Record<string, unknown>;

/** The part of axios's `CancelToken` that its own adapters use. */
export interface CancelToken {
  readonly reason?: unknown;
  subscribe(listener: () => void): void;
  unsubscribe(listener: () => void): void;
}

/** The result of an adapter. */
export interface ClientResponse {
  config: unknown;
}

/** A response as axios returns it. */
export interface FullResponse extends ClientResponse {
  readonly status: number;
  headers: unknown;
  data: unknown;
  readonly request?: unknown;
}

export type Adapter = (config: RequestConfig) => PromiseLike<ClientResponse>;

/** The common part of all releases of axios, and `getAdapter`, which exists since 1.5. */
interface Axios {
  readonly defaults: { readonly adapter?: unknown };
  readonly VERSION: string;
  readonly AxiosError: ErrorClass;
  readonly CanceledError: CanceledErrorClass;
  /** Since 1.0. */
  readonly AxiosHeaders?: HeadersClass;
  /** Since 1.2. */
  mergeConfig?(defaults: object, config: object): Record<string, unknown>;
  getAdapter?(adapters: unknown, config: RequestConfig): Adapter;
}

interface HeadersClass {
  from(headers: unknown): RequestHeaders;
  concat(...headers: readonly unknown[]): RequestHeaders;
}

const client = axios as unknown as Axios;

/** The copy of axios for each request of another copy's instance. */
const copies = new WeakMap<object, AxiosCopy>();

/** Records the copy of axios that a request belongs to, which then makes its errors. */
export function belongsTo(config: RequestConfig, copy: AxiosCopy | undefined): void {
  if (copy !== undefined) copies.set(config, copy);
}

/** Returns the class of axios's errors in the copy that this package loads. */
export function ownErrorClass(): ErrorClass {
  return client.AxiosError;
}

/**
 * Throws if the argument is not an instance, or if the installed axios (1.2 to 1.4) has no way to get an adapter by
 * name.
 */
export function checkInstance(instance: AxiosTarget): void {
  if (typeof instance?.interceptors?.request?.use !== 'function') throw new TypeError('instance must be one of axios');
  if (client.getAdapter !== undefined || typeof instance.defaults?.adapter === 'function') return;
  throw new TypeError(
    `axios ${client.VERSION} does not tell what its adapters are; 1.5 and later do, as do those before 1.2`,
  );
}

/** Returns the function behind a config's `adapter`, as axios itself would find it. */
export function resolveAdapter(adapter: unknown, config: RequestConfig, copy?: AxiosCopy): Adapter {
  if (typeof adapter === 'function') return adapter as Adapter;
  if (copy !== undefined) return copy.adapterFor(adapter);
  const wanted = adapter || client.defaults.adapter;
  if (client.getAdapter !== undefined) return client.getAdapter(wanted, config);
  return wanted as Adapter;
}

export function axiosError(message: string, code: string, config: RequestConfig, cause: unknown): Error {
  // Not enumerable, so that loggers do not follow it. axios hides its own cause for the same reason.
  const { AxiosError } = copies.get(config) ?? client;
  return Object.defineProperty(new AxiosError(message, code, config), 'cause', {
    value: cause,
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** Makes axios's error for an answer whose status is refused. */
export function statusError(response: FullResponse): Error {
  const { status, config, request } = response;
  const code = status < 500 ? 'ERR_BAD_REQUEST' : 'ERR_BAD_RESPONSE';
  const { AxiosError } = copies.get(config as object) ?? client;
  return new AxiosError(`Request failed with status code ${status}`, code, config, request, response);
}

/** Returns headers in the form that axios uses: `AxiosHeaders`, or unchanged in 0.27 to 0.30. */
export function axiosHeaders(headers: unknown): RequestHeaders {
  return headersClass(headers)?.from(headers) ?? ((headers ?? {}) as RequestHeaders);
}

/**
 * Merges a config over defaults, as axios does for a request. Undefined if the release does not export that function.
 */
export function mergedConfig(defaults: object, config: object): Record<string, unknown> | undefined {
  return client.mergeConfig?.(defaults, config);
}

/** Joins headers in the class of existing ones; later ones win. For releases that have {@link mergedConfig}. */
export function joinedHeaders(model: unknown, ...headers: readonly unknown[]): RequestHeaders {
  return headersClass(model)?.concat(...headers) ?? Object.assign({}, ...headers);
}

/** Returns the class of these headers, because one copy of axios drops headers of another copy's class. */
function headersClass(headers: unknown): HeadersClass | undefined {
  const { constructor: own } = (headers ?? {}) as { readonly constructor?: Partial<HeadersClass> };
  const isClass = typeof own?.from === 'function' && typeof own.concat === 'function';
  return isClass ? (own as HeadersClass) : client.AxiosHeaders;
}

/** Makes the error with which axios rejects when the signal of a request fires. */
export function canceledError(config: RequestConfig): Error {
  const CanceledError = copies.get(config)?.CanceledError ?? client.CanceledError;
  return new CanceledError(undefined, config);
}

/** Tells if this is the error with which axios rejects when a request is cancelled. */
export function isCancel(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { __CANCEL__?: unknown }).__CANCEL__ === true;
}
