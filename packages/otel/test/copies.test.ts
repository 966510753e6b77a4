import { createPolicy } from '@breakwater/core';
import { expect, it, jest } from '@jest/globals';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { instrument } from '../src/index.js';
import { afterThisTest, instrumented, meters, tracers } from './sdk.js';

it('records the policies of every copy of the core once, also with two copies of this package', async () => {
  const traces = tracers();
  traces.register();
  const { provider, collect } = meters();
  instrumented({ meterProvider: provider });
  await createPolicy({ name: 'ours' }).execute(() => 1);
  await jest.isolateModulesAsync(async () => {
    const core = await import('@breakwater/core');
    const otel = await import('../src/index.js');
    expect([core.createPolicy === createPolicy, otel.instrument === instrument]).toEqual([false, false]);
    afterThisTest(otel.instrument({ meterProvider: provider }));
    await core.createPolicy({ name: 'theirs' }).execute(() => 1);
  });
  expect(traces.spans().map(({ name }) => name)).toEqual(['breakwater ours', 'breakwater theirs']);
  const points = (await collect()).get('breakwater.call.attempts')?.dataPoints ?? [];
  expect(points.map(({ attributes, value }) => [attributes['breakwater.policy'], (value as Histogram).count])).toEqual([
    ['ours', 1],
    ['theirs', 1],
  ]);
});
