import { outcomeOf, outcomeOfError, runDriven } from '@breakwater/core/adapter';
import { scripted } from '@breakwater/core/testing';
import { expect, it } from '@jest/globals';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resendCountHook } from '../src/index.js';
import { bench, ended, instrumented, tracers } from './sdk.js';

const url = 'https://user:hunter2@api.example.com/path?token=hunter2';
const key = {
  'breakwater.policy': 'billing',
  'breakwater.key': 'https://api.example.com',
  'server.address': 'api.example.com',
  'server.port': 443,
};

it('makes an INTERNAL span of a call, with its waits as events', async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench({ attributesOf: ({ method }) => ({ tenant: 'acme', of: method }) });
  instrumented();
  await ended(clock, policy.execute(scripted([{ status: 503 }, { status: 200 }], { clock }), { url, method: 'GET' }));
  const [span] = traces.spans();
  expect(traces.spans()).toHaveLength(1);
  expect([span?.name, span?.kind, span?.status.code]).toEqual([
    'breakwater billing',
    SpanKind.INTERNAL,
    SpanStatusCode.UNSET,
  ]);
  expect(span?.attributes).toEqual({
    ...key,
    tenant: 'acme',
    of: 'GET',
    'breakwater.breaker.state': 'closed',
    'breakwater.call.result': 'successful_with_retry',
    'breakwater.call.attempts': 2,
    'breakwater.call.stop_reason': 'success',
    'breakwater.call.wait': 0.1,
  });
  expect(span?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      'breakwater.retry',
      { 'breakwater.retry.number': 1, 'breakwater.retry.delay': 0.1, 'breakwater.retry.reason': 'transient' },
    ],
    ['breakwater.wait', { 'breakwater.wait.duration': 0.1 }],
  ]);
});

it('makes an error span of a refused call, with the transitions of the breaker', async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 1, consecutiveForMs: 0 } });
  instrumented();
  await ended(clock, policy.execute(scripted([{ status: 503 }], { clock }), { url }));
  await ended(
    clock,
    policy.execute(() => 1, { url }),
  );
  const [failed, refused] = traces.spans();
  expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
  expect(failed?.attributes).toMatchObject({ 'error.type': '503', 'breakwater.call.result': 'failed_without_retry' });
  expect(failed?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      'breakwater.breaker.transition',
      {
        'breakwater.breaker.from': 'closed',
        'breakwater.breaker.to': 'open',
        'breakwater.transition.reason': 'consecutive-failures',
      },
    ],
  ]);
  expect(refused?.status.code).toBe(SpanStatusCode.ERROR);
  expect(refused?.attributes).toMatchObject({
    'error.type': 'ERR_CIRCUIT_OPEN',
    'breakwater.breaker.state': 'open',
    'breakwater.call.result': 'rejected',
    'breakwater.call.attempts': 0,
  });
  expect(refused?.events.map(({ name }) => name)).toEqual(['breakwater.rejection']);
});

it('does not mark a cancelled call as an error', async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench();
  instrumented({ attemptSpans: true });
  const controller = new AbortController();
  const call = policy.execute(() => new Promise(() => {}), { url, method: 'GET', signal: controller.signal });
  await clock.advance(10);
  controller.abort();
  await ended(clock, call);
  expect(traces.spans()).toHaveLength(2);
  for (const { status, attributes } of traces.spans()) {
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).not.toHaveProperty(['error.type']);
  }
});

it("writes to the caller's span alone with spans: 'active', and nowhere with spans: false", async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench();
  const tracer = traces.provider.getTracer('test');
  const callIn = (name: string) =>
    tracer.startActiveSpan(name, async (span) => {
      await ended(clock, policy.execute(scripted([{ status: 503 }, { status: 404 }], { clock }), { url }));
      span.end();
    });
  const stop = instrumented({ spans: 'active' });
  await callIn('active');
  stop();
  instrumented({ spans: false });
  await callIn('nowhere');
  const [active, nowhere] = traces.spans();
  expect(traces.spans()).toHaveLength(2);
  expect(active?.events.map(({ name }) => name)).toEqual(['breakwater.retry', 'breakwater.wait']);
  expect(active?.attributes).toMatchObject({ ...key, 'breakwater.call.result': 'failed_with_retry' });
  // It is the caller's own to say if its work has failed.
  expect(active?.status.code).toBe(SpanStatusCode.UNSET);
  expect(active?.attributes).not.toHaveProperty(['error.type']);
  expect([nowhere?.events, nowhere?.attributes]).toEqual([[], {}]);
});

it('runs each attempt inside the span of its call, after a wait too, and that inside the span of the caller', async () => {
  const traces = tracers();
  traces.register();
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const { clock, policy } = bench();
  instrumented();
  const sent: Record<string, string>[] = [];
  const server = scripted([{ status: 503 }, { status: 503 }, { status: 200 }], { clock });
  await traces.provider.getTracer('test').startActiveSpan('caller', async (span) => {
    await ended(
      clock,
      policy.execute(async (attempt) => {
        const carrier = {};
        propagation.inject(context.active(), carrier);
        sent.push({ ...carrier, count: JSON.stringify(resendCountHook()) });
        return server(attempt);
      }),
    );
    span.end();
  });
  propagation.disable();
  const [call, caller] = traces.spans();
  const { traceId, spanId } = call?.spanContext() ?? {};
  expect(call?.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
  expect(sent).toEqual(
    ['{}', '{"http.request.resend_count":1}', '{"http.request.resend_count":2}'].map((count) => ({
      traceparent: `00-${traceId}-${spanId}-01`,
      count,
    })),
  );
  expect(trace.getActiveSpan()).toBeUndefined();
  expect(resendCountHook()).toEqual({});
});

it('gives a call within an attempt a span and a count of its own', async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench();
  instrumented();
  const call = policy.execute(async ({ attempt }) => {
    if (attempt === 1) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const inner = await policy.execute(() => resendCountHook(), { key: 'inner' });
    return [inner, resendCountHook()];
  });
  expect(await ended(clock, call)).toEqual([{}, { 'http.request.resend_count': 1 }]);
  const [inner, outer] = traces.spans();
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
});

it('does not count a request that is prepared within an attempt of another call', async () => {
  const traces = tracers();
  traces.register();
  const { policy } = bench();
  instrumented();
  const counts: unknown[] = [];
  const prepare = async (): Promise<undefined> => {
    counts.push(resendCountHook(), resendCountHook());
  };
  const traits = { outcomeOf, outcomeOfError, discard: () => {}, oneRequestPerAttempt: true };
  await policy.executeWith(traits, () => policy.executeWith({ ...traits, prepare }, () => 1, { key: 'inner' }));
  expect(counts).toEqual([{}, {}]);
});

it("changes the context of a client that runs its attempts itself, by that client's own call alone", () => {
  const traces = tracers();
  traces.register();
  const { policy } = bench();
  instrumented();
  const names = runDriven(() => {
    const [outer, inner] = [policy.begin({ key: 'outer' }), policy.begin({ key: 'inner' })];
    outer.admit();
    inner.admit();
    const during = trace.getActiveSpan();
    inner.end();
    const after = trace.getActiveSpan();
    outer.end();
    return [during, after, trace.getActiveSpan()].map((span) => span?.spanContext().spanId);
  });
  const [inner, outer] = traces.spans();
  const id = outer?.spanContext().spanId;
  expect(names).toEqual([id, id, undefined]);
  expect(inner?.parentSpanContext?.spanId).toBe(id);
});

it('makes CLIENT spans of requests and INTERNAL ones of others with attemptSpans', async () => {
  const traces = tracers();
  traces.register();
  const { clock, policy } = bench();
  instrumented({ attemptSpans: true });
  const active: unknown[] = [];
  const server = scripted([{ status: 503 }, { error: 'ECONNRESET' }, { status: 200 }], { clock });
  const noting = (attempt: Parameters<typeof server>[0]) => {
    active.push(trace.getActiveSpan()?.spanContext().spanId);
    return server(attempt);
  };
  await ended(clock, policy.execute(noting, { url, method: 'get' }));
  await ended(
    clock,
    policy.execute(() => 1, { key: 'db' }),
  );
  const [first, second, third, call, other] = traces.spans();
  const http = { 'http.request.method': 'GET', 'server.address': 'api.example.com', 'server.port': 443 };
  expect([first, second, third].map((span) => [span?.name, span?.kind, span?.status.code, span?.attributes])).toEqual([
    [
      'GET',
      SpanKind.CLIENT,
      SpanStatusCode.ERROR,
      {
        ...http,
        'breakwater.attempt': 1,
        'breakwater.verdict': 'transient',
        'http.response.status_code': 503,
        'error.type': '503',
      },
    ],
    [
      'GET',
      SpanKind.CLIENT,
      SpanStatusCode.ERROR,
      {
        ...http,
        'breakwater.attempt': 2,
        'http.request.resend_count': 1,
        'breakwater.verdict': 'transient',
        'error.type': 'ECONNRESET',
      },
    ],
    [
      'GET',
      SpanKind.CLIENT,
      SpanStatusCode.UNSET,
      {
        ...http,
        'breakwater.attempt': 3,
        'http.request.resend_count': 2,
        'breakwater.verdict': 'success',
        'http.response.status_code': 200,
      },
    ],
  ]);
  const ids = [first, second, third].map((span) => span?.spanContext().spanId);
  expect(active).toEqual(ids);
  for (const span of [first, second, third]) {
    expect(span?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  }
  expect([other?.name, other?.kind]).toEqual(['breakwater attempt', SpanKind.INTERNAL]);
  expect(
    JSON.stringify(traces.spans().map(({ name, attributes, events }) => [name, attributes, events])),
  ).not.toContain('hunter2');
});

it('traces with a provider that is registered after it, and no call after its undo', async () => {
  const traces = tracers();
  const { policy } = bench();
  const stop = instrumented();
  await policy.execute(() => 'before there is an SDK');
  traces.register();
  await policy.execute(() => 1);
  expect(traces.spans()).toHaveLength(1);
  stop();
  await policy.execute(() => 1);
  expect(traces.spans()).toHaveLength(1);
});

it('ends the span of a call that is under way when it is undone', async () => {
  const traces = tracers();
  traces.register();
  const { policy } = bench();
  const stop = instrumented();
  let finish = (): void => {};
  const call = policy.execute(() => new Promise<void>((resolve) => (finish = resolve)));
  stop();
  finish();
  await call;
  expect(traces.spans()).toHaveLength(1);
});

it('makes one span of a call if it is called twice', async () => {
  const traces = tracers();
  traces.register();
  const { policy } = bench();
  instrumented();
  instrumented({ policies: [policy] });
  await policy.execute(() => 1);
  expect(traces.spans()).toHaveLength(1);
});

it('listens to the breaker of a policy only while calls are under way', async () => {
  const traces = tracers();
  traces.register();
  const { policy } = bench();
  instrumented();
  const { topics } = (policy as unknown as { events: { topics: { breaker: { listeners: readonly unknown[] } } } })
    .events;
  const during = await policy.execute(() => policy.execute(() => topics.breaker.listeners.length, { key: 'inner' }));
  expect([during, topics.breaker.listeners.length]).toEqual([1, 0]);
});
