import { type BreakerStore, createPolicy, type Policy } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import { describe, expect, it } from '@jest/globals';
import { instruments } from '../src/metrics/instruments.js';
import { prometheus } from '../src/prometheus.js';
import { readScrape, scrape, serving } from './scrape.js';
import { ORIGIN, traffic } from './traffic.js';

const policy = (name: string): Policy => createPolicy({ name, retry: { maxRetries: 0 } });

describe('a scrape over HTTP', () => {
  it('has every metric of the table, with its type and the values of the calls', async () => {
    const { policies, more, close } = traffic();
    const metrics = prometheus({ policies });
    await more();
    const { contentType, types, values, samples } = await serving(metrics.handler, scrape);
    metrics.stop();
    close();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const expected = Object.entries(instruments).map(([name, { kind }]) => {
      const plain = name.replaceAll('.', '_');
      return kind === 'counter' ? [`${plain}_total`, kind] : [plain, kind === 'histogram' ? kind : 'gauge'];
    });
    expect([...types].sort()).toEqual(expected.sort());

    const billing = { breakwater_policy: 'billing', breakwater_key: ORIGIN };
    expect(values('breakwater_call_duration_count', billing)).toEqual([1, 2]);
    expect(values('breakwater_call_attempts_sum', billing)).toEqual([5]);
    expect(values('breakwater_call_attempts_bucket', billing)).toEqual([1, 3, 3, 3, 3, 3, 3]);
    expect(values('breakwater_retries_total', { ...billing, breakwater_retry_reason: 'throttled' })).toEqual([1]);
    expect(values('breakwater_limit_concurrency', billing)).toEqual([8]);
    expect(
      values('breakwater_call_duration_sum', { ...billing, breakwater_call_result: 'successful_without_retry' }),
    ).toEqual([0.03]);
    expect(values('breakwater_rejections_total', { breakwater_rejection_reason: 'circuit-open' })).toEqual([2]);
    const server = { server_address: 'api.example.com', server_port: '443' };
    expect(samples.find(({ labels }) => labels.breakwater_key === ORIGIN)?.labels).toMatchObject(server);
  });

  it('has cumulative buckets, the last of which has the total count', async () => {
    const { policies, more, close } = traffic();
    const metrics = prometheus({ policies });
    await more();
    const { samples, values } = readScrape(metrics.text());
    metrics.stop();
    close();
    const name = 'breakwater_attempt_duration';
    for (const { labels, value } of samples.filter((sample) => sample.name === `${name}_count`)) {
      const buckets = values(`${name}_bucket`, labels);
      expect(buckets).toHaveLength(15);
      expect([...buckets].sort((a, b) => a - b)).toEqual(buckets);
      expect(buckets.at(-1)).toBe(value);
    }
    expect(values(`${name}_bucket`, { breakwater_verdict: 'transient', le: '0.025', error_type: '503' })).toEqual([0]);
    expect(values(`${name}_bucket`, { breakwater_verdict: 'transient', le: '0.05', error_type: '503' })).toEqual([1]);
    expect(values(`${name}_bucket`, { le: '+Inf', error_type: 'ECONNRESET' })).toEqual([2]);
  });

  it('has a series for every state of a breaker, while it is closed too', async () => {
    const search = policy('search');
    const metrics = prometheus({ policies: [search] });
    await search.execute(() => 1);
    const states = () => {
      const { values } = readScrape(metrics.text());
      const of = (state: string) => values('breakwater_breaker_state', { breakwater_breaker_state: state })[0];
      return ['closed', 'open', 'half-open', 'forced-open'].map(of);
    };
    expect(states()).toEqual([1, 0, 0, 0]);
    search.breaker('default').open();
    expect(states()).toEqual([0, 0, 0, 1]);
    metrics.stop();
    search.close();
  });

  it('shows a degraded store', () => {
    const broken: BreakerStore = {
      attach() {
        throw new Error('down');
      },
    };
    const search = createPolicy({ name: 'search', store: broken });
    const metrics = prometheus({ policies: [search] });
    const degraded = () => readScrape(metrics.text()).values('breakwater_store_degraded');
    expect(degraded()).toEqual([0]);
    search.breaker('k').open();
    expect(degraded()).toEqual([1]);
    metrics.stop();
    search.close();
  });

  it('answers HEAD without a body, and no other method', async () => {
    const metrics = prometheus({ policies: [policy('search')] });
    await serving(metrics.handler, async (url) => {
      const head = await fetch(url, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      const post = await fetch(url, { method: 'POST' });
      expect([post.status, post.headers.get('allow'), await post.text()]).toEqual([405, 'GET, HEAD', '']);
    });
    metrics.stop();
  });
});

it('answers 500 if a policy cannot be read, and the process goes on', async () => {
  const clock = new ManualClock();
  const search = createPolicy({ name: 'search', clock });
  const metrics = prometheus({ policies: [search] });
  clock.wallNow = () => {
    throw new Error('no time');
  };
  await serving(metrics.handler, async (url) => {
    const { status } = await fetch(url);
    expect(status).toBe(500);
  });
  metrics.stop();
  // Closed, it is not among the policies of the process any more, which other tests read.
  await search.close();
});

describe('labels', () => {
  it('keep every character that a name may have', async () => {
    const names = ['a"b', 'a\\b', 'a\\', 'a\nb', 'a\\nb', 'a{b="c"}', 'ä€😀', 'a\r\tb', "a'b,c", '# TYPE x', ' a '];
    const made = names.map(policy);
    const metrics = prometheus({ policies: made });
    for (const one of made) await one.execute(() => 1);
    const { samples, text } = readScrape(metrics.text());
    metrics.stop();
    const counted = samples.filter(({ name }) => name === 'breakwater_call_attempts_count');
    const unescaped = counted.map(({ labels }) => labels.breakwater_policy);
    expect(unescaped.sort()).toEqual([...names].sort());
    expect(text.split('\n').every((line) => line === '' || /^(# (HELP|TYPE) )?breakwater_/.test(line))).toBe(true);
  });

  it('have no secrets, and include those of attributesOf', async () => {
    const { policies, more, close } = traffic({
      attributesOf: ({ url }) => ({ route: url, 'tenant.id': 7, paid: true, le: '5', breakwater_key: 'not mine' }),
    });
    const metrics = prometheus({ policies });
    await more();
    const { samples, text } = readScrape(metrics.text());
    metrics.stop();
    close();
    expect(text).not.toContain('secret');
    const own = { route: `${ORIGIN}/orders/7`, tenant_id: '7', paid: 'true', breakwater_key: ORIGIN };
    for (const name of ['breakwater_call_duration_count', 'breakwater_retries_total']) {
      const { labels } = samples.find((sample) => sample.name === name) ?? {};
      expect(labels).toMatchObject(own);
      expect(labels).not.toHaveProperty('le');
    }
  });

  it('make a bounded number of series, however many keys and attributes there are', async () => {
    const search = createPolicy({
      name: 'search',
      limit: false,
      attributesOf: ({ url }) => ({ route: url?.slice(-2), shard: url?.slice(0, 2) }),
    });
    const metrics = prometheus({ policies: [search] });
    const keys = Array.from({ length: 60 }, (_, index) => `key-${index}`);
    for (const key of keys) {
      for (let url = 10; url < 50; url += 1) await search.execute(() => 1, { key, url: `${url}/${url}` });
    }
    const { samples, values } = readScrape(metrics.text());
    metrics.stop();
    search.close();
    const series = samples.filter(({ name }) => name === 'breakwater_call_attempts_count');
    expect(series).toHaveLength(2_000);
    expect(values('breakwater_call_attempts_count').reduce((sum, value) => sum + value, 0)).toBe(60 * 40);
    expect(values('breakwater_call_attempts_count', { otel_metric_overflow: 'true' })).toEqual([2_400 - 1_999]);
    expect(new Set(series.map(({ labels }) => labels.breakwater_key)).size).toBe(51);
  });
});

describe('policies', () => {
  it('are those of the process by default, as they come and go', async () => {
    const before = policy('before');
    const metrics = prometheus();
    const after = policy('after');
    const calls = () => {
      const { values, samples } = readScrape(metrics.text());
      const of = (name: string) => values('breakwater_call_attempts_count', { breakwater_policy: name })[0];
      const known = samples.filter(({ name }) => name === 'breakwater_keys').map((s) => s.labels.breakwater_policy);
      return { counts: [of('before'), of('after')], known: known.filter((name) => name !== 'search').sort() };
    };
    await before.execute(() => 1);
    await after.execute(() => 1);
    expect(calls()).toMatchObject({ counts: [1, 1], known: expect.arrayContaining(['after', 'before']) });
    before.close();
    // Counts stay: a counter must not fall.
    expect(calls().counts).toEqual([1, 1]);
    expect(calls().known).not.toContain('before');
    after.close();
    metrics.stop();
  });

  it('may come from a function, which is called at each scrape and may throw', async () => {
    let now: readonly Policy[] | undefined = [];
    const search = policy('search');
    const metrics = prometheus({
      policies: () => {
        if (now === undefined) throw new Error('not now');
        return now;
      },
    });
    const keys = () => readScrape(metrics.text()).values('breakwater_keys');
    expect(keys()).toEqual([]);
    now = [search, 'not a policy' as never];
    expect(keys()).toEqual([0]);
    await search.execute(() => 1);
    expect(readScrape(metrics.text()).values('breakwater_call_attempts_count')).toEqual([1]);
    now = undefined;
    expect(keys()).toEqual([1]);
    now = [];
    expect(keys()).toEqual([]);
    await search.execute(() => 1);
    expect(readScrape(metrics.text()).values('breakwater_call_attempts_count')).toEqual([1]);
    metrics.stop();
  });

  it('have no listener left after the stop, which may be called twice', async () => {
    const search = policy('search');
    const [metrics, other] = [prometheus({ policies: [search] }), prometheus({ policies: [search] })];
    await search.execute(() => 1);
    metrics.stop();
    metrics.stop();
    await search.execute(() => 1);
    expect(metrics.text()).toBe('');
    expect(readScrape(other.text()).values('breakwater_call_attempts_count')).toEqual([2]);
    other.stop();
    const { events } = search as unknown as { readonly events: { readonly topics: Record<string, object> } };
    expect(Object.values(events.topics)).toEqual(
      Object.values(events.topics).map(() => expect.objectContaining({ listeners: [] })),
    );
  });
});

it.each([
  [null, 'options must be an object'],
  [{ policy: [] }, 'there is no option policy: it must be policies'],
  [{ policies: 5 }, 'policies must be a list of policies, or a function that returns one'],
  [{ policies: 'search' }, 'policies must be a list of policies, or a function that returns one'],
  [{ policies: [{}] }, 'policies must be a list of policies, or a function that returns one'],
])('refuses %j', (options, message) => {
  expect(() => prometheus(options as never)).toThrow(new TypeError(message));
});
