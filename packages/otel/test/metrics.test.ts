import { createPolicy } from '@breakwater/core';
import { scripted } from '@breakwater/core/testing';
import { expect, it, jest } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { type Instrument, instruments } from '../src/index.js';
import { afterThisTest, bench, ended, instrumented, meters } from './sdk.js';

const url = 'https://user:hunter2@api.example.com/path?token=hunter2';
const key = {
  'breakwater.policy': 'billing',
  'breakwater.key': 'https://api.example.com',
  'server.address': 'api.example.com',
  'server.port': 443,
};

it('records a call with a retry, each figure once', async () => {
  const { provider, collect } = meters();
  const { clock, policy } = bench();
  instrumented({ policies: [policy], meterProvider: provider });
  await ended(clock, policy.execute(scripted([{ status: 503 }, { status: 200 }], { clock }), { url }));
  const collected = await collect();
  const points = (name: string) =>
    collected.get(name)?.dataPoints.map(({ attributes, value }) => {
      const { count, sum } = value as Partial<Histogram>;
      return [attributes, typeof value === 'number' ? value : [count, sum]];
    });
  expect(points('breakwater.call.duration')).toEqual([
    [{ ...key, 'breakwater.call.result': 'successful_with_retry' }, [1, 0.1]],
  ]);
  expect(points('breakwater.call.attempts')).toEqual([[key, [1, 2]]]);
  expect(points('breakwater.call.wait')).toEqual([[key, [1, 0.1]]]);
  expect(points('breakwater.attempt.duration')).toEqual([
    [{ ...key, 'breakwater.verdict': 'transient', 'error.type': '503' }, [1, 0]],
    [{ ...key, 'breakwater.verdict': 'success' }, [1, 0]],
  ]);
  expect(points('breakwater.retries')).toEqual([[{ ...key, 'breakwater.retry.reason': 'transient' }, 1]]);
  expect(points('breakwater.breaker.state')).toEqual(
    ['closed', 'open', 'half-open', 'forced-open'].map((state) => [
      { ...key, 'breakwater.breaker.state': state },
      state === 'closed' ? 1 : 0,
    ]),
  );
  expect(points('breakwater.keys')).toEqual([[{ 'breakwater.policy': 'billing' }, 1]]);
  expect(points('breakwater.store.degraded')).toEqual([[{ 'breakwater.policy': 'billing' }, 0]]);
  expect(JSON.stringify([...collected])).not.toContain('hunter2');
});

it('gives the SDK each metric with its unit and its buckets, and only the attributes that its table names', async () => {
  const { provider, collect } = meters();
  const { clock, policy } = bench({ limit: { kind: 'fixed', concurrency: 5 } });
  instrumented({ policies: [policy], meterProvider: provider });
  const fails = scripted([{ status: 503 }, { error: 'ECONNRESET' }, { status: 503 }, { status: 503 }], { clock });
  await ended(clock, policy.execute(fails, { url }));
  policy.breaker('https://api.example.com').open();
  await ended(
    clock,
    policy.execute(() => 1, { url }),
  );
  const collected = await collect();
  expect([...collected.keys()].sort()).toEqual(Object.keys(instruments).sort());
  for (const [name, { scope, descriptor, dataPoints }] of collected) {
    const { unit, description, buckets, attributes } = (instruments as Record<string, Instrument>)[name] as Instrument;
    expect([scope, descriptor.unit, descriptor.description]).toEqual(['@breakwater/otel', unit, description]);
    expect(dataPoints.length).toBeGreaterThan(0);
    for (const point of dataPoints) {
      const unknown = Object.keys(point.attributes).filter(
        (each) => !['breakwater.policy', ...attributes].includes(each),
      );
      expect([name, unknown]).toEqual([name, []]);
      if (buckets !== undefined) expect((point.value as Histogram).buckets.boundaries).toEqual(buckets);
    }
  }
});

it('records with a provider that is registered after it, and with the next one', async () => {
  const { policy } = bench();
  instrumented();
  await policy.execute(() => 'before there is an SDK');
  const counts = [];
  for (let round = 0; round < 2; round += 1) {
    const { provider, collect } = meters();
    metrics.setGlobalMeterProvider(provider);
    await policy.execute(() => 1);
    const [point] = (await collect()).get('breakwater.call.attempts')?.dataPoints ?? [];
    counts.push((point?.value as Histogram | undefined)?.count);
    metrics.disable();
    await policy.execute(() => 'between two SDKs');
  }
  expect(counts).toEqual([1, 1]);
});

it('covers policies that are created later, and only the given ones if there are some', async () => {
  const [all, some] = [meters(), meters()];
  const { policy: early } = bench({ name: 'early' });
  instrumented({ meterProvider: all.provider });
  instrumented({ meterProvider: some.provider, policies: [early] });
  const { policy: late } = bench({ name: 'late' });
  await early.execute(() => 1);
  await late.execute(() => 1);
  const names = async ({ collect }: typeof all) =>
    (await collect()).get('breakwater.call.attempts')?.dataPoints.map((point) => point.attributes['breakwater.policy']);
  expect(await names(all)).toEqual(['early', 'late']);
  expect(await names(some)).toEqual(['early']);
});

it('records nothing twice if it is called twice, and continues after the first undo', async () => {
  const { provider, collect } = meters();
  const { policy } = bench();
  const stop = instrumented({ meterProvider: provider });
  instrumented({ meterProvider: provider, policies: [policy] });
  const count = async () => {
    await policy.execute(() => 1);
    const metric = (await collect()).get('breakwater.call.attempts');
    return [metric?.dataPoints.length, (metric?.dataPoints[0]?.value as Histogram | undefined)?.count];
  };
  expect(await count()).toEqual([1, 1]);
  stop();
  expect(await count()).toEqual([1, 2]);
});

it('stays within a hundred keys', async () => {
  const { provider, collect } = meters();
  const { policy } = bench();
  instrumented({ policies: [policy], meterProvider: provider });
  for (let tenant = 0; tenant < 300; tenant += 1) await policy.execute(() => 1, { key: `tenant-${tenant}` });
  const collected = await collect();
  expect(collected.get('breakwater.call.duration')?.dataPoints).toHaveLength(101);
  expect(collected.get('breakwater.breaker.state')?.dataPoints).toHaveLength(404);
});

it('leaves nothing behind after its undo', async () => {
  const { provider, collect } = meters();
  const { policy } = bench();
  const stop = instrumented({ meterProvider: provider });
  await policy.execute(() => 1);
  const before = (await collect()).get('breakwater.call.attempts')?.dataPoints[0]?.value;
  stop();
  stop();
  const read = jest.spyOn(policy, 'snapshot');
  await policy.execute(() => 1);
  const after = await collect();
  expect(after.get('breakwater.call.attempts')?.dataPoints[0]?.value).toEqual(before);
  expect(read).not.toHaveBeenCalled();
  const { hearsCalls } = (policy as unknown as { readonly events: { readonly hearsCalls: boolean } }).events;
  expect(hearsCalls).toBe(false);
  const slots = globalThis as unknown as Record<symbol, { tracer: unknown; list: unknown }>;
  expect(slots[Symbol.for('breakwater.call-tracing.1')]?.tracer).toBeUndefined();
  expect(slots[Symbol.for('breakwater.otel.instrumentations.1')]?.list).toEqual([]);
});

it('listens to no policy while no SDK is registered', async () => {
  const { policy } = bench();
  instrumented();
  await policy.execute(() => 1);
  const { hearsCalls } = (policy as unknown as { readonly events: { readonly hearsCalls: boolean } }).events;
  expect(hearsCalls).toBe(false);
});

it.each([
  [{ spans: 'yes' }, "spans must be 'call', 'active' or false, got \"yes\""],
  [{ attemptSpans: 1 }, 'attemptSpans must be true or false, got 1'],
  [{ meterProvider: {} }, 'meterProvider must be a meter provider, got an object'],
  [{ tracerProvider: 'otlp' }, 'tracerProvider must be a tracer provider, got "otlp"'],
  [{ policies: 'billing' }, 'policies must be a list of policies, got "billing"'],
  [{ policies: [{}] }, 'policies[0] must be a policy, got an object'],
  [{ meter: 1 }, 'there is no option meter: it must be one of policies, meterProvider'],
  [null, 'options must be an object, got null'],
] as const)('refuses %j', (options, message) => {
  expect(() => instrumented(options as never)).toThrow(new RegExp(`^${message.replace(/[[\]().]/g, '\\$&')}`));
});

it('does not keep a closed policy alive', async () => {
  const { provider, collect } = meters();
  instrumented({ meterProvider: provider });
  const policy = createPolicy({ name: 'short-lived' });
  afterThisTest(() => policy.close());
  await policy.execute(() => 1);
  policy.close();
  const points = (await collect()).get('breakwater.keys')?.dataPoints ?? [];
  expect(points.map(({ attributes }) => attributes['breakwater.policy'])).not.toContain('short-lived');
});
