import type { CallTrace, TracedPolicy } from '@breakwater/core/adapter';
import { context, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { Series } from '../metrics/series.js';
import type { InstrumentSettings } from '../options.js';
import { SCOPE } from '../scope.js';
import { BreakerMoves } from './breaker-moves.js';
import { SpanTrace, type TraceHost } from './call-trace.js';
import { MovingContext } from './moving-context.js';

/** Traces calls with the present tracer provider; without one, no call is traced. */
export class Tracing {
  readonly #given: TracerProvider | undefined;
  readonly #host: TraceHost;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor({ tracerProvider, spans, attemptSpans }: InstrumentSettings) {
    const moves = new BreakerMoves();
    this.#given = tracerProvider;
    this.#host = {
      spans,
      attemptSpans,
      series: new Series(),
      onBreakerMove: (policy, key, tell) => moves.follow(policy, key, tell),
    };
  }

  /** Returns the provider itself: the API gives access to the global one only through a stand-in. */
  get provider(): TracerProvider {
    const provider = this.#given ?? trace.getTracerProvider();
    return (provider as Partial<StandIn>).getDelegate?.() ?? provider;
  }

  /** Tells if there is a tracer provider. */
  get isOn(): boolean {
    return this.#currentTracer() !== undefined;
  }

  trace(policy: TracedPolicy, isDriven: boolean): CallTrace | undefined {
    const tracer = this.#currentTracer();
    if (tracer === undefined) return undefined;
    const active = context.active();
    if (!(active instanceof MovingContext)) return new SpanTrace(this.#host, tracer, policy, active);
    // A call within one that a client drives begins in the present context, and does not change that client's.
    if (!isDriven || active.isTaken) return new SpanTrace(this.#host, tracer, policy, active.current);
    active.isTaken = true;
    return new SpanTrace(this.#host, tracer, policy, active.base, active);
  }

  drive<T>(fn: () => T): T {
    if (this.#currentTracer() === undefined) return fn();
    const active = context.active();
    return context.with(new MovingContext(active instanceof MovingContext ? active.current : active), fn);
  }

  #currentTracer(): Tracer | undefined {
    const { provider } = this;
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = this.#findTracer();
    }
    return this.#tracer;
  }

  #findTracer(): Tracer | undefined {
    const provider = this.#given ?? trace.getTracerProvider();
    const { getDelegateTracer } = provider as Partial<StandIn>;
    // Undefined if no provider has been registered.
    if (getDelegateTracer !== undefined) return getDelegateTracer.call(provider, SCOPE);
    return provider.getTracer(SCOPE);
  }
}

/** The API's stand-in for a provider that is registered later. */
interface StandIn {
  getDelegate(): TracerProvider;
  getDelegateTracer(name: string): Tracer | undefined;
}
