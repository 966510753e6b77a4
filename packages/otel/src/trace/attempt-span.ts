import type { CallStart, TraceEvents } from '@breakwater/core/adapter';
import { type Attributes, type Context, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { attemptError } from '../metrics/measure-events.js';
import { type Series, serverOf } from '../metrics/series.js';

/** Methods that the conventions name; any other is `_OTHER`. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** Starts the span of an attempt: CLIENT with the attributes of HTTP if it is a request, else INTERNAL. */
export function startAttemptSpan(
  tracer: Tracer,
  parent: Context,
  start: CallStart,
  { attempt, key }: TraceEvents['attemptBegin'],
  base: Attributes,
): Span {
  const server = serverOf(start.url ?? '');
  if (start.method === undefined || server['server.address'] === undefined) {
    const attributes = { ...base, 'breakwater.attempt': attempt };
    return tracer.startSpan('breakwater attempt', { kind: SpanKind.INTERNAL, attributes }, parent);
  }
  const method = start.method.toUpperCase();
  const isKnown = METHODS.has(method);
  const attributes: Attributes = {
    'http.request.method': isKnown ? method : '_OTHER',
    ...server,
    // An attempt that goes to another place has another key.
    ...serverOf(key),
    'breakwater.attempt': attempt,
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
  };
  return tracer.startSpan(isKnown ? method : 'HTTP', { kind: SpanKind.CLIENT, attributes }, parent);
}

/** Ends the span of an attempt with its answer. An attempt that the caller cancelled is not an error. */
export function endAttemptSpan(span: Span, end: TraceEvents['attempt'], series: Series): void {
  const { status, verdict } = end;
  span.setAttribute('breakwater.verdict', verdict);
  if (status !== undefined) span.setAttribute('http.response.status_code', status);
  const error = attemptError(end, series);
  if (error['error.type'] !== undefined) {
    span.setAttributes(error);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
