import { type Attributes, type Context, context, createContextKey } from '@opentelemetry/api';

/** The same in all copies of this package: the API makes equal keys of equal names. */
const KEY = createContextKey('@breakwater/otel resend count');

/** Counts the requests of a call. */
export interface ResendCounter {
  /** Returns how often the request that is about to be sent has been sent before. */
  next(): number;
}

/** Counts for a call whose attempts are one request each: a redirect and a repetition within an attempt count, too. */
export function requestCounter(): ResendCounter {
  let sent = 0;
  return {
    next: () => {
      sent += 1;
      return sent - 1;
    },
  };
}

/** Counts for an attempt that may make any number of requests: each has the attempt's own number. */
export function attemptCounter(attempt: number): ResendCounter {
  return { next: () => attempt - 1 };
}

export function withCounter(parent: Context, counter: ResendCounter): Context {
  return parent.setValue(KEY, counter);
}

export function withoutCounter(parent: Context): Context {
  return parent.deleteValue(KEY);
}

/**
 * Returns `http.request.resend_count` for the request that is about to be sent; nothing for the first one of a call. It
 * is a `startOutgoingSpanHook` of `@opentelemetry/instrumentation-http` and a `startSpanHook` of
 * `@opentelemetry/instrumentation-undici`, and needs `instrument()`, which puts the count into the context. Redirects
 * count, as the conventions demand.
 *
 * Source: semantic conventions for HTTP spans, `http.request.resend_count`.
 */
export function resendCountHook(): Attributes {
  const counter = context.active().getValue(KEY) as ResendCounter | undefined;
  const count = counter?.next() ?? 0;
  return count > 0 ? { 'http.request.resend_count': count } : {};
}
