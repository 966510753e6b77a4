import type { Policy } from '@breakwater/core';
import { type CallTracer, installCallTracer, isPolicy, processWide, type TracedPolicy } from '@breakwater/core/adapter';
import { hasGlobalProviders } from './global-providers.js';
import { Metering } from './meter/metering.js';
import { type InstrumentOptions, type InstrumentSettings, resolveInstrumentOptions } from './options.js';
import { Tracing } from './trace/tracing.js';

/**
 * Records metrics and spans of policies with OpenTelemetry. By default it covers all policies of the process, including
 * those that are made later and those of other copies of the core. The returned function removes every listener,
 * callback and hook; calls under way keep their spans.
 *
 * It may be called before an SDK is registered. Without an SDK, it costs next to nothing. If it is called twice for the
 * same policy and providers, nothing is recorded twice.
 *
 * Each attempt and each `beforeAttempt` runs in the context of its call's span, so that `traceparent` and baggage can
 * be injected there. OpenTelemetry's own instrumentations for HTTP record the requests, see {@link resendCountHook}.
 *
 * @throws TypeError for invalid options, naming option, rule and value.
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const settings = resolveInstrumentOptions(options);
  const own = new Instrumentation(settings);
  active.list = [...active.list, own];
  own.metering.refresh();
  const uninstall = installCallTracer(own);
  return () => {
    uninstall();
    own.metering.close();
    active.list = active.list.filter((other) => other !== own);
  };
}

/** Extent of an instrumentation, by which another one knows what is already recorded. */
interface Extent {
  covers(policy: Policy): boolean;
  readonly meterProvider: object;
  readonly tracerProvider: object;
}

/** Shared by ESM and CommonJS, so that neither records what the other already does. */
const active = processWide<{ list: readonly Extent[] }>('otel.instrumentations.1', () => ({ list: [] }));

/** One call of `instrument`. */
class Instrumentation implements Extent, CallTracer {
  readonly metering: Metering;
  readonly tracing: Tracing;
  readonly #settings: InstrumentSettings;
  /** Set if no provider was given. */
  readonly #isGlobal: boolean;

  constructor(settings: InstrumentSettings) {
    this.#settings = settings;
    this.#isGlobal = settings.meterProvider === undefined && settings.tracerProvider === undefined;
    this.metering = new Metering(settings, (policy) => this.#isTaken(policy, 'meterProvider'));
    this.tracing = new Tracing(settings);
  }

  trace(policy: TracedPolicy, isDriven: boolean): ReturnType<Tracing['trace']> {
    if (this.#isGlobal && !hasGlobalProviders()) return undefined;
    this.metering.refresh();
    if (!this.tracing.isOn || !isPolicy(policy) || !this.covers(policy)) return undefined;
    if (this.#isTaken(policy, 'tracerProvider')) return undefined;
    return this.tracing.trace(policy, isDriven);
  }

  drive<T>(fn: () => T): T {
    return this.tracing.drive(fn);
  }

  covers(policy: Policy): boolean {
    return this.#settings.policies?.has(policy) ?? true;
  }

  get meterProvider(): object {
    return this.metering.provider;
  }

  get tracerProvider(): object {
    return this.tracing.provider;
  }

  /** Tells if an earlier instrumentation has the policy and the same provider. */
  #isTaken(policy: Policy, provider: 'meterProvider' | 'tracerProvider'): boolean {
    for (const other of active.list) {
      if (other === this) return false;
      if (other.covers(policy) && other[provider] === this[provider]) return true;
    }
    return false;
  }
}
