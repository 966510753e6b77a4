import type { RequestConfig, RequestHeaders } from '../axios-types.js';

/** A config that is made for one attempt, and may be written to. */
export type OwnConfig = { -readonly [K in keyof RequestConfig]: RequestConfig[K] };

/** A copy with headers of its own: adapters write into those they get. Keeps the prototype, which may be null. */
export function copyConfig(config: RequestConfig, headers: RequestHeaders): OwnConfig {
  const copy = Object.create(Object.getPrototypeOf(config), Object.getOwnPropertyDescriptors(config)) as OwnConfig;
  copy.headers = copyHeaders(headers);
  return copy;
}

/** The caller sees the request's own config on an attempt's result, never the copy. */
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

/**
 * Returns the value of a header that is to be sent, its name compared without regard to case; undefined if there is
 * none.
 */
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
    // Most names differ in length already. This runs for every POST.
    if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return key;
  }
  return name;
}
