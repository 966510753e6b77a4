import type { CallStart, CallTrace, TracedPolicy, TraceEvents } from '@breakwater/core/adapter';
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { callError, callResult } from '../metrics/measure-events.js';
import type { Series } from '../metrics/series.js';
import { endAttemptSpan, startAttemptSpan } from './attempt-span.js';
import type { MovingContext } from './moving-context.js';
import { attemptCounter, type ResendCounter, requestCounter, withCounter, withoutCounter } from './resend-count.js';

/** Common parts of the traces of one instrumentation. */
export interface TraceHost {
  readonly spans: 'call' | 'active' | false;
  readonly attemptSpans: boolean;
  readonly series: Series;
  /** Follows the transitions of a key's breaker until the returned function is called. */
  onBreakerMove(policy: TracedPolicy, key: string, tell: (attributes: Attributes) => void): () => void;
}

/** Makes the spans of one call, and the contexts of its attempts. */
export class SpanTrace implements CallTrace {
  readonly #host: TraceHost;
  readonly #tracer: Tracer;
  readonly #policy: TracedPolicy;
  readonly #parent: Context;
  /** Undefined if the call's attempts run inside `run`. */
  readonly #moving: MovingContext | undefined;
  #start: CallStart | undefined;
  #attributes: Attributes = {};
  #counter: ResendCounter | undefined;
  #callContext: Context;
  #attemptContext: Context;
  /** The span that gets the call's attributes and events. */
  #span: Span | undefined;
  #attemptSpan: Span | undefined;
  #unwatch = (): void => {};

  constructor(host: TraceHost, tracer: Tracer, policy: TracedPolicy, parent: Context, moving?: MovingContext) {
    this.#host = host;
    this.#tracer = tracer;
    this.#policy = policy;
    this.#parent = parent;
    this.#moving = moving;
    this.#callContext = parent;
    this.#attemptContext = parent;
  }

  run<T>(part: 'preparation' | 'attempt', fn: () => T): T {
    return context.with(part === 'attempt' ? this.#attemptContext : this.#callContext, fn);
  }

  tell<E extends keyof TraceEvents>(name: E, details: TraceEvents[E]): void {
    const tell: (details: TraceEvents[E]) => void = this.#on[name];
    tell(details);
  }

  readonly #on: { readonly [E in keyof TraceEvents]: (details: TraceEvents[E]) => void } = {
    begin: (start) => this.#begin(start),
    attemptBegin: (attempt) => this.#attemptBegin(attempt),
    attempt: (end) => {
      if (this.#attemptSpan !== undefined) endAttemptSpan(this.#attemptSpan, end, this.#host.series);
      this.#attemptOver();
    },
    attemptUnmade: () => {
      this.#attemptSpan?.end();
      this.#attemptOver();
    },
    retry: ({ retry, delayMs, reason }) =>
      this.#event('breakwater.retry', {
        'breakwater.retry.number': retry,
        'breakwater.retry.delay': delayMs / 1_000,
        'breakwater.retry.reason': reason,
      }),
    wait: ({ waitedMs }) => this.#event('breakwater.wait', { 'breakwater.wait.duration': waitedMs / 1_000 }),
    reject: ({ reason, retryAfterMs }) =>
      this.#event('breakwater.rejection', {
        'breakwater.rejection.reason': reason,
        ...(retryAfterMs !== undefined && { 'breakwater.rejection.retry_after': retryAfterMs / 1_000 }),
      }),
    call: (end) => this.#end(end),
  };

  #begin(start: CallStart): void {
    const { series, spans } = this.#host;
    const { name } = this.#policy;
    const { breaker, key, oneRequestPerAttempt } = start;
    this.#start = start;
    this.#attributes = series.ofSpan(name, key);
    if (oneRequestPerAttempt) this.#counter = requestCounter();
    const seen = {
      ...start.attributes,
      ...this.#attributes,
      ...(breaker !== undefined && { 'breakwater.breaker.state': breaker }),
    };
    if (spans === 'call') {
      const options = { kind: SpanKind.INTERNAL, attributes: seen };
      this.#span = this.#tracer.startSpan(`breakwater ${name}`, options, this.#parent);
    } else if (spans === 'active') {
      this.#span = trace.getSpan(this.#parent);
      this.#span?.setAttributes(seen);
    }
    const inside =
      spans === 'call' && this.#span !== undefined ? trace.setSpan(this.#parent, this.#span) : this.#parent;
    // A call within an attempt of another one counts its own requests.
    this.#callContext = withoutCounter(inside);
    this.#move(this.#callContext);
    if (this.#span?.isRecording()) {
      this.#unwatch = this.#host.onBreakerMove(this.#policy, key, (move) =>
        this.#event('breakwater.breaker.transition', move),
      );
    }
  }

  #attemptBegin(begun: TraceEvents['attemptBegin']): void {
    const counter = this.#counter ?? attemptCounter(begun.attempt);
    let inside = withCounter(this.#callContext, counter);
    if (this.#host.attemptSpans && this.#start !== undefined) {
      const span = startAttemptSpan(this.#tracer, this.#callContext, this.#start, begun, this.#attributes);
      this.#attemptSpan = span;
      inside = trace.setSpan(inside, span);
    }
    this.#attemptContext = inside;
    this.#move(inside);
  }

  #attemptOver(): void {
    this.#attemptSpan = undefined;
    this.#move(this.#callContext);
  }

  #event(name: string, attributes: Attributes): void {
    this.#span?.addEvent(name, attributes);
  }

  #end(end: TraceEvents['call']): void {
    this.#unwatch();
    this.#move(this.#parent);
    if (this.#moving !== undefined) this.#moving.isTaken = false;
    const span = this.#span;
    if (span === undefined) return;
    const { series, spans } = this.#host;
    span.setAttributes({
      'breakwater.call.result': callResult(end),
      'breakwater.call.attempts': end.attempts,
      'breakwater.call.stop_reason': end.stopReason,
      'breakwater.call.wait': end.waitedMs / 1_000,
    });
    if (spans !== 'call') return;
    const error = callError(end, series);
    if (error['error.type'] !== undefined) {
      span.setAttributes(error);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
  }

  #move(to: Context): void {
    if (this.#moving !== undefined) this.#moving.current = to;
  }
}
