import type { PolicyOptions } from '@breakwater/core';
import { createPolicy, type Policy } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import { afterEach } from '@jest/globals';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type InstrumentOptions, instrument } from '../src/index.js';

const undo: (() => unknown)[] = [];

/** Importing this file takes everything off again after each test. */
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  metrics.disable();
  trace.disable();
  context.disable();
});

export function afterThisTest(step: () => unknown): void {
  undo.push(step);
}

/** A real meter provider, and what it has collected. */
export function meters() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const provider = new MeterProvider({ readers: [reader] });
  afterThisTest(() => provider.shutdown());
  return {
    provider,
    /** All data points at this moment, by the name of their metric. */
    async collect() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw errors[0];
      const all = resourceMetrics.scopeMetrics.flatMap(({ scope, metrics: list }) =>
        list.map(({ descriptor, dataPoints }) => ({ scope: scope.name, descriptor, dataPoints })),
      );
      return new Map(all.map((metric) => [metric.descriptor.name, metric]));
    },
  };
}

/** A real tracer provider, and the spans that have ended. */
export function tracers() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  afterThisTest(() => provider.shutdown());
  return {
    provider,
    spans: (): readonly ReadableSpan[] => exporter.getFinishedSpans(),
    /** Registers it, and a context manager, for the process. */
    register(): void {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(provider);
    },
  };
}

/** Instruments for this test. */
export function instrumented(options?: InstrumentOptions): () => void {
  const stop = instrument(options);
  afterThisTest(stop);
  return stop;
}

/** A policy on a clock of its own, without chance: retries come after 100 ms. */
export function bench(options: PolicyOptions = {}): { readonly clock: ManualClock; readonly policy: Policy } {
  const clock = new ManualClock();
  const backoff = { kind: 'constant', baseMs: 100, throttledBaseMs: 100, jitter: 'none' } as const;
  const policy = createPolicy({ name: 'billing', retry: { backoff }, clock, random: () => 0.5, ...options });
  afterThisTest(() => policy.close());
  return { clock, policy };
}

/** Runs the clock until the call has ended, and returns what it ended with. */
export async function ended(clock: ManualClock, call: Promise<unknown>): Promise<unknown> {
  let end: { readonly value: unknown } | undefined;
  const note = (value: unknown): void => {
    end = { value };
  };
  call.then(note, note);
  for (let step = 0; end === undefined && step < 100; step += 1) await clock.advance(100);
  return end?.value;
}
