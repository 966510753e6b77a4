import type { CallOptions, Policy } from '@breakwater/core';
import { beginUnchecked, checkRequestOptions, headerOf, isHeaderText, type Session } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { RequestResilience } from '../request-options.js';
import { userRetry } from '../user/user-retry-options.js';

/**
 * Begins the policy's part of a call. `attemptsBefore` were made by a session that has ended. Throws if the options of
 * the request are invalid.
 */
export function beginSession(
  policy: Policy,
  wanted: RequestResilience | undefined,
  options: GotOptions,
  url: string | undefined,
  signal: AbortSignal,
  oneShotBody: boolean,
  attemptsBefore: number,
  mayMove?: () => boolean,
): Session {
  if (wanted !== undefined) checkRequestOptions(wanted);
  const { method } = options;
  // The policy looks at every entry, so entries without a value are omitted.
  const call: Writable<CallOptions> = url === undefined ? { method, signal } : { method, url, signal };
  if (oneShotBody) call.oneShotBody = true;
  const user = userRetry(options);
  if (user !== undefined) Object.assign(call, user);
  if (wanted !== undefined) Object.assign(call, callOptions(wanted));
  const socketKey = unixSocketKey(policy, options, url);
  if (socketKey !== undefined) call.key ??= socketKey;
  const sent = sentHeader(options, keyHeader(policy));
  // The caller's header is kept, even if it is not a valid key.
  if (sent !== undefined && !isHeaderText(sent)) {
    call.idempotent ??= true;
    call.idempotencyKey = undefined;
  } else if (sent !== undefined) {
    call.idempotencyKey = sent;
  }
  const timeoutMs = clientTimeoutMs(options);
  if (timeoutMs !== undefined) call.clientTimeoutMs = timeoutMs;
  if (attemptsBefore > 0) call.maxRetries = Math.max(0, (call.maxRetries ?? retriesOf(policy)) - attemptsBefore);
  // An attempt of got is one request, apart from redirects, which are known.
  const traits = mayMove === undefined ? ONE_REQUEST : { ...ONE_REQUEST, mayMove };
  // Nothing in it is the user's: it is valid.
  const isOwn = user === undefined && wanted === undefined && USUAL_METHODS.has(method);
  return isOwn ? beginUnchecked(policy, call, traits) : policy.begin(call, traits);
}

const ONE_REQUEST = Object.freeze({ oneRequestPerAttempt: true });
/** As got spells them. */
const USUAL_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH']);

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Returns the options of a request that are the policy's too, as far as they are set. */
function callOptions({ key, idempotent, idempotencyKey, timeouts, mode, maxRetries }: RequestResilience): CallOptions {
  const call: Writable<CallOptions> = { key, idempotent, idempotencyKey, timeouts, mode };
  if (maxRetries !== undefined) call.maxRetries = maxRetries;
  return call;
}

/**
 * Returns the key of a request over a Unix socket, which is that socket: got writes it into the URL
 * (`http://unix:/run/app.sock:/path`).
 */
export function unixSocketKey({ settings }: Policy, { url }: GotOptions, href: string | undefined): string | undefined {
  // The parts of a URL are read only if its text may name a socket, since each of them is made anew.
  if (settings.keyOf !== undefined || !href?.includes('unix') || !(url instanceof URL)) return undefined;
  if (url.hostname !== 'unix' && url.protocol !== 'unix:') return undefined;
  const end = url.pathname.indexOf(':', 1);
  return end > 0 ? `unix:${url.pathname.slice(0, end)}` : undefined;
}

/**
 * Returns got's own limit on a request, from its beginning to the end of its answer, in ms; undefined if there is none.
 */
function clientTimeoutMs({ timeout }: GotOptions): number | undefined {
  const ms: unknown = timeout?.request;
  return typeof ms === 'number' && Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** A header that was added to a request. It is removed if got uses the options again for the next page. */
export interface SentKey {
  readonly name: string;
  readonly value: string;
}

/**
 * Sends the call's idempotency key with every attempt. Undefined if the call has none, or the request has one of its
 * own.
 */
export function sendKey(policy: Policy, session: Session, options: GotOptions): SentKey | undefined {
  const value = session.idempotencyKey;
  if (session.mode !== 'enforce' || value === undefined) return undefined;
  const name = keyHeader(policy);
  if (sentHeader(options, name) !== undefined) return undefined;
  options.headers[name] = value;
  return { name, value };
}

/** Returns a header of the request. got writes header names in lower case, but a user's handler may not. */
function sentHeader({ headers }: GotOptions, lowerName: string): string | undefined {
  for (const name in headers) {
    if (name === lowerName || (name.length === lowerName.length && name.toLowerCase() === lowerName)) {
      return headerOf(headers, lowerName) || undefined;
    }
  }
  return undefined;
}

const DEFAULT_KEY_HEADER = 'idempotency-key';

/** In lower case. */
function keyHeader({ settings: { idempotency } }: Policy): string {
  return idempotency === false ? DEFAULT_KEY_HEADER : idempotency.header.toLowerCase();
}

function retriesOf({ settings: { retry } }: Policy): number {
  return retry === false ? 0 : retry.maxRetries;
}
