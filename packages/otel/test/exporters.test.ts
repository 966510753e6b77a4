import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from '@jest/globals';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type Instrument, instruments } from '../src/index.js';
import { prometheus } from '../src/prometheus.js';
import { readScrape, type Scrape, scrape, serving } from './scrape.js';
import { afterThisTest, instrumented } from './sdk.js';
import { traffic } from './traffic.js';

it("gives OpenTelemetry's Prometheus exporter what prometheus() gives without it, over HTTP", async () => {
  const exporter = new PrometheusExporter({
    preventServerStart: true,
    withoutScopeInfo: true,
    withoutTargetInfo: true,
  });
  const provider = new MeterProvider({ readers: [exporter] });
  afterThisTest(() => provider.shutdown());
  const { policies, more, close } = traffic();
  instrumented({ policies, meterProvider: provider });
  const own = prometheus({ policies });
  await more();
  const theirs = await serving((request, response) => exporter.getMetricsRequestHandler(request, response), scrape);
  const ours = readScrape(own.text());
  own.stop();
  close();
  expect(theirs.types.size).toBe(Object.keys(instruments).length);
  expect([...theirs.types].sort()).toEqual([...ours.types].sort());
  expect(linesOf(theirs)).toEqual(linesOf(ours));
  expect(theirs.text).not.toContain('secret');
});

/** Samples as text that can be compared, whatever their order. */
function linesOf({ samples }: Pick<Scrape, 'samples'>): string[] {
  return samples
    .map(({ name, labels, value }) => {
      const list = Object.entries(labels).map((label) => label.join('='));
      return [name, ...list.sort(), Number(value.toPrecision(9))].join(' ');
    })
    .sort();
}

/** The parts of an OTLP message that are looked at. */
interface OtlpMessage {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string };
      readonly metrics: readonly OtlpMetric[];
    }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { readonly isMonotonic: boolean };
  readonly gauge?: object;
  readonly histogram?: { readonly dataPoints: readonly { readonly explicitBounds: readonly number[] }[] };
}

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
}

it('sends each metric with its kind, and the spans, to a collector by OTLP', async () => {
  const messages: OtlpMessage[] = [];
  const { policies, more, close } = traffic();
  await serving(collectorOf(messages), async (url) => {
    const exporter = new OTLPMetricExporter({ url: `${url}/v1/metrics` });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const spanProcessor = new SimpleSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }));
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [spanProcessor] });
    const stop = instrumented({ policies, meterProvider, tracerProvider });
    await more();
    await meterProvider.shutdown();
    await tracerProvider.shutdown();
    stop();
  });
  close();

  const scopes = messages.flatMap(({ resourceMetrics = [] }) => resourceMetrics.flatMap((each) => each.scopeMetrics));
  expect(scopes.map(({ scope }) => scope.name)).toEqual(['@breakwater/otel']);
  const metrics = scopes.flatMap((each) => each.metrics);
  expect(metrics.map(({ name }) => name).sort()).toEqual(Object.keys(instruments).sort());
  for (const { name, unit, sum, gauge, histogram } of metrics) {
    const { kind, unit: wanted, buckets } = (instruments as Record<string, Instrument>)[name] as Instrument;
    const isGauge = gauge !== undefined;
    expect([name, unit, sum?.isMonotonic, isGauge, histogram?.dataPoints[0]?.explicitBounds]).toEqual([
      name,
      wanted,
      { counter: true, 'observable-up-down-counter': false }[kind as string],
      kind === 'observable-gauge',
      buckets,
    ]);
  }

  const traces = messages.flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap((each) => each.scopeSpans));
  const spans = traces.flatMap((each) => each.spans);
  // INTERNAL is 1 and an error is 2 on the wire.
  expect(spans.map(({ name, kind, status }) => [name, kind, status.code ?? 0])).toEqual([
    ...[1, 2, 3].map(() => ['breakwater billing', 1, 0]),
    ...[1, 2, 3].map(() => ['breakwater search', 1, 2]),
  ]);
  expect(JSON.stringify(messages)).not.toContain('secret');
});

/** A stand-in for a collector, which keeps what it is sent. */
function collectorOf(messages: OtlpMessage[]) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      messages.push(JSON.parse(Buffer.concat(chunks).toString()) as OtlpMessage);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  };
}
