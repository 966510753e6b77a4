import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';

interface SpanData {
  readonly name: string;
  readonly kind: SpanKind;
  readonly scope: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | undefined;
}

interface Recorded {
  readonly seen: readonly { readonly path: string; readonly traceparent: string; readonly prepared?: string }[];
  readonly spans: readonly SpanData[];
  readonly metrics: readonly {
    readonly scope: string;
    readonly name: string;
    readonly points: readonly {
      readonly attributes: Readonly<Record<string, unknown>>;
      readonly value: { readonly count: number; readonly sum: number };
    }[];
  }[];
}

/** One process for all, since starting it takes most of the time. */
const recorded = record();
const { seen, spans, metrics } = recorded;

function record(): Recorded {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const script = fileURLToPath(new URL('clients-child.ts', import.meta.url));
  const args = ['--conditions=@breakwater/source', '--import', tsx, script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Recorded;
}

const spanOf = (name: string) => spans.find((span) => span.name === name) as SpanData;
const childrenOf = (parent: SpanData) => spans.filter((span) => span.parent === parent.spanId);
const resends = (list: readonly SpanData[]) => list.map(({ attributes }) => attributes['http.request.resend_count']);

describe.each([
  ['axios', 'axios', '@opentelemetry/instrumentation-http'],
  ['fetch', 'fetch', '@opentelemetry/instrumentation-undici'],
  ['got', 'got', '@opentelemetry/instrumentation-http'],
  ['execute', 'execute', '@opentelemetry/instrumentation-undici'],
])('%s', (name, policy, scope) => {
  const [call, ...others] = childrenOf(spanOf(name));
  const requests = childrenOf(call as SpanData);

  it("makes one span of a call, inside the caller's", () => {
    expect(others).toEqual([]);
    expect([call?.name, call?.kind, call?.scope]).toEqual([
      `breakwater ${policy}`,
      SpanKind.INTERNAL,
      '@breakwater/otel',
    ]);
    expect(call?.attributes).toMatchObject({ 'breakwater.call.attempts': 3, 'server.address': '127.0.0.1' });
  });

  it('has one CLIENT span for each attempt, siblings that count the resends', () => {
    expect(requests.map((span) => [span.kind, span.scope])).toEqual([1, 2, 3].map(() => [SpanKind.CLIENT, scope]));
    expect(resends(requests)).toEqual([undefined, 1, 2]);
    expect(requests.flatMap(childrenOf)).toEqual([]);
  });

  it('sends the trace context of its own span with each attempt', () => {
    const sent = seen.filter(({ path }) => path.startsWith(`/${name}/`)).map(({ traceparent }) => traceparent);
    expect(sent).toEqual(requests.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`));
    expect(new Set(sent).size).toBe(3);
  });
});

it.each(['axios-redirect', 'got-redirect'])('%s counts a redirect as a resend', (name) => {
  const [call] = childrenOf(spanOf(name));
  expect(resends(childrenOf(call as SpanData))).toEqual([undefined, 1, 2]);
  expect(call?.attributes['breakwater.call.attempts']).toBe(2);
});

it.each(['axios-prepared', 'got-prepared'])(
  '%s has the trace context in beforeAttempt, whose own requests are no resends',
  (name) => {
    const [call] = childrenOf(spanOf(name));
    const prepared = seen.filter(({ path }) => path.startsWith(`/${name}/`)).map(({ prepared }) => prepared);
    expect(prepared).toEqual([`${call?.spanId} {}`, `${call?.spanId} {}`]);
    expect(resends(childrenOf(call as SpanData))).toEqual([undefined, 1]);
  },
);

it('traces a stream of got, and concurrent calls of got', () => {
  for (const name of ['got-stream', 'got-one', 'got-other']) {
    const [call, ...others] = childrenOf(spanOf(name));
    expect([name, others.length, call?.name]).toEqual([name, 0, 'breakwater got']);
    const paths = seen.filter(({ path }) => path.startsWith(`/${name}/`));
    const requests = childrenOf(call as SpanData);
    expect(paths.map(({ traceparent }) => traceparent.split('-')[2])).toEqual(requests.map(({ spanId }) => spanId));
  }
});

it('counts nothing twice: attempts are the requests that the instrumentations count', () => {
  const counted = (metric: string, policy?: string) =>
    metrics
      .filter(({ name }) => name === metric)
      .flatMap(({ points }) => points)
      .filter(({ attributes }) => policy === undefined || attributes['breakwater.policy'] === policy)
      .reduce((total, { value }) => total + value.count, 0);
  expect(['axios', 'fetch', 'got', 'execute'].map((policy) => counted('breakwater.call.duration', policy))).toEqual([
    3, 1, 6, 1,
  ]);
  // Each redirect is one request more.
  expect(counted('breakwater.attempt.duration') + 2).toBe(seen.length);
  expect(counted('http.client.request.duration')).toBe(seen.length);
  const ours = metrics.filter(({ scope }) => scope === '@breakwater/otel');
  expect(ours.filter(({ name }) => !name.startsWith('breakwater.'))).toEqual([]);
});

it('has no secret in any attribute of its own', () => {
  const ours = spans.filter(({ scope }) => scope === '@breakwater/otel');
  expect(ours.length).toBeGreaterThan(0);
  expect(JSON.stringify([ours, metrics])).not.toContain('hunter2');
});
