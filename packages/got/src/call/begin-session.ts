import type { Policy } from '@breakwater/core';
import { headerOf, isHeaderText, type Session } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import { isOneShotBody } from '../one-shot-body.js';
import { checkRequest, type RequestResilience } from '../request-options.js';
import { userRetry } from '../user/user-retry-options.js';

/**
 * Begins the policy's part of a call, of which `attemptsBefore` were made by a session that has ended.
 * Throws where the options of the request are not as they must be.
 */
export function beginSession(
  policy: Policy,
  wanted: RequestResilience | undefined,
  options: GotOptions,
  signal: AbortSignal,
  attemptsBefore: number,
): Session {
  if (wanted !== undefined) checkRequest(wanted);
  const { key, idempotent, idempotencyKey, timeouts, mode } = wanted ?? {};
  const { method, url, body } = options;
  const user = userRetry(options.retry);
  const sent = headerOf(options.headers, keyHeader(policy)) || undefined;
  // What the caller sends is the caller's, though it may be no key of ours.
  const isForeign = sent !== undefined && !isHeaderText(sent);
  const maxRetries = wanted?.maxRetries ?? user.maxRetries;
  return policy.begin({
    key,
    method,
    url: url === undefined ? undefined : String(url),
    idempotent: idempotent ?? (isForeign ? true : undefined),
    idempotencyKey: isForeign ? undefined : (sent ?? idempotencyKey),
    oneShotBody: isOneShotBody(body),
    signal,
    maxRetries: attemptsBefore === 0 ? maxRetries : Math.max(0, (maxRetries ?? retriesOf(policy)) - attemptsBefore),
    methods: user.methods,
    statuses: user.statuses,
    timeouts,
    mode,
  });
}

/** A header that was added to a request, so that it can be taken off the options where got uses them again for the next page. */
export interface SentKey {
  readonly name: string;
  readonly value: string;
}

/** Sends the call's idempotency key with every attempt; undefined where the request has none, or has one of its own. */
export function sendKey(policy: Policy, session: Session, { headers }: GotOptions): SentKey | undefined {
  const value = session.idempotencyKey;
  // got spells the names of headers so.
  const name = keyHeader(policy).toLowerCase();
  if (session.mode !== 'enforce' || value === undefined || headerOf(headers, name)) return undefined;
  headers[name] = value;
  return { name, value };
}

const DEFAULT_KEY_HEADER = 'Idempotency-Key';

function keyHeader({ settings: { idempotency } }: Policy): string {
  return idempotency === false ? DEFAULT_KEY_HEADER : idempotency.header;
}

function retriesOf({ settings: { retry } }: Policy): number {
  return retry === false ? 0 : retry.maxRetries;
}
