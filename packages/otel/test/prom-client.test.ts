import { createPolicy } from '@breakwater/core';
import { describe, expect, it } from '@jest/globals';
import { AggregatorRegistry, Counter, type OpenMetricsContentType, Registry } from 'prom-client';
import { instruments } from '../src/metrics/instruments.js';
import { type PrometheusMetrics, prometheus } from '../src/prometheus.js';
import { readScrape, scrape, serving } from './scrape.js';
import { type Traffic, traffic } from './traffic.js';

interface Bench extends Traffic {
  readonly metrics: PrometheusMetrics;
  readonly register: Registry;
}

async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const made = traffic();
  const metrics = prometheus({ policies: made.policies });
  await made.more();
  await use({ ...made, metrics, register: new Registry() });
  metrics.stop();
  made.close();
}

const sorted = (text: string) =>
  readScrape(text)
    .samples.map(({ name, labels, value }) => JSON.stringify([name, Object.entries(labels).sort(), value]))
    .sort();
const ours = (register: Registry) => Object.keys(instruments).length === register.getMetricsAsArray().length;

describe('a registry of prom-client', () => {
  it('has the same samples and types as our own text, over HTTP', () =>
    withBench(async ({ metrics, register }) => {
      metrics.registerInto(register);
      const answer = async (): Promise<string> => register.metrics();
      const { text, types } = await serving((_, response) => void answer().then((body) => response.end(body)), scrape);
      expect(sorted(text)).toEqual(sorted(metrics.text()));
      expect(sorted(text).length).toBeGreaterThan(100);
      expect([...types].sort()).toEqual([...readScrape(metrics.text()).types].sort());
    }));

  it('is read at each scrape: what has happened meanwhile is in it', () =>
    withBench(async ({ metrics, register, more, policies }) => {
      metrics.registerInto(register);
      const before = await register.metrics();
      await more();
      policies[0]?.breaker('other').open();
      const after = readScrape(await register.metrics());
      expect(sorted(after.text)).not.toEqual(sorted(before));
      expect(after.values('breakwater_call_attempts_count', { breakwater_policy: 'billing' })).toEqual([6]);
      const opened = { breakwater_key: 'other', breakwater_breaker_state: 'forced-open' };
      expect(after.values('breakwater_breaker_state', opened)).toEqual([1]);
    }));

  it('keeps its own metrics and default labels', () =>
    withBench(async ({ metrics, register }) => {
      const own = new Counter({ name: 'own_total', help: 'own', registers: [register] });
      own.inc(3);
      register.setDefaultLabels({ app: 'shop', breakwater_policy: 'not this' });
      const undo = metrics.registerInto(register);
      const { values, samples } = readScrape(await register.metrics());
      expect(values('own_total', { app: 'shop' })).toEqual([3]);
      expect(values('breakwater_keys', { app: 'shop', breakwater_policy: 'billing' })).toEqual([1]);
      expect(new Set(samples.map(({ labels }) => labels.app))).toEqual(new Set(['shop']));
      undo();
      undo();
      expect(register.getMetricsAsArray()).toEqual([own]);
    }));

  it('may be cleared: the undo then removes nothing, and all can be registered again', () =>
    withBench(async ({ metrics, register }) => {
      const undo = metrics.registerInto(register);
      register.clear();
      expect(await register.metrics()).not.toContain('breakwater');
      const other = new Counter({ name: 'breakwater_retries_total', help: 'another', registers: [register] });
      undo();
      expect(register.getMetricsAsArray()).toEqual([other]);
      register.clear();
      const again = metrics.registerInto(register);
      expect(sorted(await register.metrics())).toEqual(sorted(metrics.text()));
      undo();
      expect(ours(register)).toBe(true);
      again();
      expect(register.getMetricsAsArray()).toEqual([]);
    }));

  it('may be merged with others', () =>
    withBench(async ({ metrics, register }) => {
      metrics.registerInto(register);
      const other = new Registry();
      new Counter({ name: 'own_total', help: 'own', registers: [other] }).inc();
      const { values, text } = readScrape(await Registry.merge([other, register]).metrics());
      expect(values('own_total')).toEqual([1]);
      expect(sorted(text).filter((sample) => sample.includes('breakwater'))).toEqual(sorted(metrics.text()));
    }));

  it('may reset its metrics: counters begin again, states are what they are', () =>
    withBench(async ({ metrics, register, more }) => {
      metrics.registerInto(register);
      register.resetMetrics();
      const { values } = readScrape(await register.metrics());
      expect(values('breakwater_retries_total')).toEqual([]);
      expect(values('breakwater_keys')).toEqual([1, 1]);
      await more();
      expect(readScrape(await register.metrics()).values('breakwater_retries_total')).toEqual([1, 1]);
    }));

  it('may be one of OpenMetrics beside one of the plain format', () =>
    withBench(async ({ metrics, register }) => {
      const open = new Registry<OpenMetricsContentType>();
      open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      metrics.registerInto(open);
      metrics.registerInto(register);
      const text = await open.metrics();
      expect(text).toContain('# TYPE breakwater_retries counter\nbreakwater_retries_total{');
      expect(text.endsWith('# EOF\n')).toBe(true);
      expect(sorted(await register.metrics())).toEqual(sorted(metrics.text()));
      expect(sorted((await open.metrics()).replace('# EOF', ''))).toEqual(sorted(metrics.text()));
      metrics.stop();
      expect(open.getMetricsAsArray()).toEqual([]);
    }));

  it('may be the sum of the workers of a cluster', () =>
    withBench(async ({ metrics, register }) => {
      metrics.registerInto(register);
      const worker = await register.getMetricsAsJSON();
      const text = await AggregatorRegistry.aggregate([worker, worker]).metrics();
      const { values } = readScrape(text);
      const twice = (name: string) =>
        readScrape(metrics.text())
          .values(name)
          .map((value) => 2 * value);
      for (const name of ['breakwater_keys', 'breakwater_call_duration_bucket', 'breakwater_retries_total']) {
        expect(values(name)).toEqual(twice(name));
      }
    }));

  it('that has other metrics of these names is left as it is', () =>
    withBench(async ({ metrics, register }) => {
      const other = new Counter({ name: 'breakwater_retries_total', help: 'another', registers: [register] });
      expect(() => metrics.registerInto(register)).toThrow(
        'A metric with the name breakwater_retries_total has already been registered.',
      );
      expect(register.getMetricsAsArray()).toEqual([other]);
    }));

  it('must be one, and metrics that were stopped are in none', async () => {
    const metrics = prometheus({ policies: [createPolicy({ name: 'search' })] });
    for (const register of [undefined, null, {}, { registerMetric() {} }]) {
      expect(() => metrics.registerInto(register as never)).toThrow(/^register must be a registry of prom-client/);
    }
    const register = new Registry();
    const undo = metrics.registerInto(register);
    metrics.stop();
    expect(register.getMetricsAsArray()).toEqual([]);
    undo();
    expect(() => metrics.registerInto(register)).toThrow('these metrics have been stopped');
  });
});
