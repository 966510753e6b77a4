import { createPolicy } from '@breakwater/core';
import { instrument } from '@breakwater/otel';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { callLoop } from './call-loop.js';
import { AGAIN, type Section } from './group.js';
import { measure } from './measure.js';

/**
 * The happy path of a policy that is instrumented for OpenTelemetry, over the same policy that is not. First in a
 * process that has no SDK and never had one, then with metrics, and with metrics and spans, which go nowhere.
 */
export const otel: Section = async (effort) => {
  const policy = createPolicy();
  const fn = async () => 42;
  const loop = () => callLoop(() => policy.execute(fn));
  const bare = [
    { name: 'bare', run: loop() },
    { name: AGAIN, run: loop() },
  ];
  const usual = { rounds: 60, batch: 2_000 };
  const without = await measure([...bare, { name: NO_SDK, run: during(instrument, loop()) }], effort, usual);
  const instrumented = [
    { name: 'instrumented, metrics', run: during(withMetrics, loop()) },
    { name: 'instrumented, metrics and spans', run: during(withSpans, loop()) },
  ];
  const sdk = await measure([...bare, ...instrumented], effort, usual);
  return [
    { name: 'otel: execute, no SDK', unit: 'ns', reading: 'share', base: 'bare', ours: NO_SDK, cases: without },
    { name: 'otel: execute, an SDK', unit: 'ns', reading: 'share', base: 'bare', cases: sdk },
  ];
};

const NO_SDK = 'instrumented, no SDK';

/**
 * Wraps a case with its set-up and clean-up, because the set-up applies to the whole process and the cases take turns.
 */
function during(begin: () => () => void, run: (calls: number) => Promise<void>): (calls: number) => Promise<void> {
  return async (calls) => {
    const end = begin();
    try {
      await run(calls);
    } finally {
      end();
    }
  };
}

const meterProvider = new MeterProvider();
const tracerProvider = new BasicTracerProvider();
const contextManager = new AsyncLocalStorageContextManager();

function withMetrics(): () => void {
  metrics.setGlobalMeterProvider(meterProvider);
  const stop = instrument();
  return () => {
    stop();
    metrics.disable();
  };
}

function withSpans(): () => void {
  context.setGlobalContextManager(contextManager.enable());
  trace.setGlobalTracerProvider(tracerProvider);
  const stop = withMetrics();
  return () => {
    stop();
    trace.disable();
    context.disable();
  };
}
