import type { RequestConfig, RequestHeaders } from '../axios-types.js';

/** A config that is made for one attempt, and may be written to. */
export type OwnConfig = { -readonly [K in keyof RequestConfig]: RequestConfig[K] };

/**
 * Returns a copy with its own headers, because adapters write into those they get. Keeps the prototype, which may be
 * null.
 */
export function copyConfig(config: RequestConfig, headers: RequestHeaders): OwnConfig {
  const copy = Object.create(Object.getPrototypeOf(config), Object.getOwnPropertyDescriptors(config)) as OwnConfig;
  copy.headers = copyHeaders(headers);
  return copy;
}

/** Replaces the copy by the request's own config on an attempt's result, so that the caller never sees the copy. */
export function restoreConfig(error: unknown, copy: OwnConfig, config: RequestConfig): void {
  if (typeof error !== 'object' || error === null) return;
  const failed = error as { config?: unknown; response?: { config?: unknown } };
  if (failed.config === copy) failed.config = config;
  if (failed.response?.config === copy) failed.response.config = config;
}

/** Copies headers, with the methods of `AxiosHeaders` if they have them. */
export function copyHeaders(headers: RequestHeaders): RequestHeaders {
  return Object.assign(Object.create(Object.getPrototypeOf(headers)) as RequestHeaders, headers);
}

/** Returns the value of a header that will be sent, found without regard to case; undefined if there is none. */
export function sentHeader(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[nameOf(headers, name)];
  // axios does not send null or false.
  return value === undefined || value === null || value === false || value === '' ? undefined : String(value);
}

/** Sets a header in place of one whose name differs only in case. */
export function setHeader(headers: RequestHeaders, name: string, value: string): void {
  headers[nameOf(headers, name)] = value;
}

function nameOf(headers: RequestHeaders, name: string): string {
  for (const key of Object.keys(headers)) {
    // The lengths of most names differ already. This runs for every POST.
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return key;
  }
  return name;
}
