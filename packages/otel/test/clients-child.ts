// Makes calls beside the instrumentations of OpenTelemetry for HTTP, and prints what was sent and recorded as JSON.
// They patch `node:http` for the whole process, so that this is one of its own.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { attachResilience } from '@breakwater/axios';
import { createPolicy } from '@breakwater/core';
import { resilience } from '@breakwater/got';
import { metrics, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import axios from 'axios';
import got from 'got';
import { instrument, resendCountHook } from '../src/index.js';

const exporter = new InMemorySpanExporter();
const traces = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
traces.register();
const reader = new PeriodicExportingMetricReader({
  exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
  exportIntervalMillis: 2 ** 30,
});
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
instrument();
registerInstrumentations({
  instrumentations: [
    new HttpInstrumentation({ startOutgoingSpanHook: resendCountHook, disableIncomingRequestInstrumentation: true }),
    new UndiciInstrumentation({ startSpanHook: resendCountHook }),
  ],
});
createRequire(import.meta.url)('node:http');

/** Paths are `<client>/<answer>/<answer>...`: an answer is a status, or `to`, a redirect to the same path. */
const asked = new Map<string, number>();
const seen: { path: string; traceparent: string | undefined; prepared: unknown }[] = [];
const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '';
  const [, , ...answers] = path.split('/');
  const nth = asked.get(path) ?? 0;
  asked.set(path, nth + 1);
  seen.push({
    path,
    traceparent: request.headers.traceparent as string | undefined,
    prepared: request.headers['x-prepared'],
  });
  const answer = answers[nth] ?? '200';
  response.writeHead(answer === 'to' ? 302 : Number(answer), { location: path, connection: 'close' });
  response.end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;

const backoff = { kind: 'constant', baseMs: 1, throttledBaseMs: 1, jitter: 'none' } as const;
const policyOf = (name: string) => createPolicy({ name, retry: { backoff } });
const secrets = '?token=hunter2';
const tracer = traces.getTracer('test');
const within = (name: string, call: () => Promise<unknown>) =>
  tracer.startActiveSpan(name, async (span) => {
    await call().catch(() => undefined);
    span.end();
  });

const http = axios.create({ baseURL: origin, adapter: 'http' });
attachResilience(http, policyOf('axios'));
await within('axios', () =>
  http.get(`/axios/503/503/200${secrets}`, { auth: { username: 'user', password: 'hunter2' } }),
);
await within('axios-redirect', () => http.get('/axios-redirect/to/503/200'));
const beforeAttempt = () => ({
  'x-prepared': `${trace.getActiveSpan()?.spanContext().spanId} ${JSON.stringify(resendCountHook())}`,
});
await within('axios-prepared', () => http.get('/axios-prepared/503/200', { resilience: { beforeAttempt } }));

const fetching = axios.create({ baseURL: origin, adapter: 'fetch' });
attachResilience(fetching, policyOf('fetch'));
await within('fetch', () => fetching.get(`/fetch/503/503/200${secrets}`));

const gotClient = got.extend(resilience(policyOf('got')), { prefixUrl: origin });
await within('got', () => gotClient(`got/503/503/200${secrets}`).text());
await within('got-redirect', () => gotClient('got-redirect/to/503/200').text());
await within('got-prepared', () =>
  gotClient('got-prepared/503/200', { context: { resilience: { beforeAttempt } } }).text(),
);
await within('got-stream', async () => {
  for await (const _ of gotClient.stream('got-stream/503/200')) break;
});
await Promise.all(['one', 'other'].map((name) => within(`got-${name}`, () => gotClient(`got-${name}/503/200`).text())));

const own = policyOf('execute');
await within('execute', () => own.execute(() => fetch(`${origin}/execute/503/503/200${secrets}`), { url: origin }));

server.close();
const { resourceMetrics } = await reader.collect();
process.stdout.write(
  JSON.stringify({
    seen,
    spans: exporter.getFinishedSpans().map((span) => ({
      name: span.name,
      kind: span.kind,
      scope: span.instrumentationScope.name,
      attributes: span.attributes,
      ...span.spanContext(),
      parent: span.parentSpanContext?.spanId,
    })),
    metrics: resourceMetrics.scopeMetrics.flatMap(({ scope, metrics: list }) =>
      list.map(({ descriptor, dataPoints }) => ({
        scope: scope.name,
        name: descriptor.name,
        points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
      })),
    ),
  }),
);
