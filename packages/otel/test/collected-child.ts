// Makes policies that nothing else holds while calls are recorded, and prints how many of them are left. Run with
// --expose-gc.
import { createPolicy, policies } from '@breakwater/core';
import { metrics, trace } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { instrument } from '../src/index.js';

metrics.setGlobalMeterProvider(new MeterProvider());
trace.setGlobalTracerProvider(new BasicTracerProvider());
instrument();

async function use(): Promise<void> {
  for (let count = 0; count < 50; count += 1) await createPolicy().execute(() => 1);
}

await use();
for (let round = 0; round < 5; round += 1) {
  // After a turn of the event loop, a target that a WeakRef has returned may be collected.
  await new Promise(setImmediate);
  globalThis.gc?.();
}
process.stdout.write(String(policies().length));
