import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import type { AxiosRequestConfig } from 'axios';
import { type AxiosBehaviour, type AxiosParts, scene } from './axios-parts.js';
import { failureOf } from './failure.js';

const fetching: AxiosRequestConfig = { adapter: 'fetch' };

function lacks({ axios }: AxiosParts): string | undefined {
  try {
    axios.getAdapter('fetch');
    return undefined;
  } catch {
    return 'this release has no fetch adapter';
  }
}

/** The fetch adapter, if a release has it. */
export const axiosFetch: readonly AxiosBehaviour[] = [
  {
    name: 'by fetch: each attempt sends the same headers and body',
    lacks,
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, fetching, {}, 503, 'reset', 200);
      const { data } = await api.put('/orders', { item: 'ü' }, { params: { q: 1 }, headers: { 'X-Own': 'yes' } });
      assert.deepEqual(data, { status: 200 });
      const [first, ...others] = requests;
      assert.equal(first?.body, '{"item":"ü"}');
      assert.equal(first?.headers['x-own'], 'yes');
      assert.equal(first?.url, '/orders?q=1');
      assert.deepEqual(others, [first, first]);
    },
  },
  {
    name: 'by fetch: a signal cancels a request under way',
    lacks,
    async run(parts, stage) {
      const { api, server } = await scene(parts, stage, fetching, {}, 'silence');
      const controller = new AbortController();
      const call = failureOf(api.get('/', { signal: controller.signal }));
      await server.reached(1);
      controller.abort();
      assert.equal(parts.axios.isCancel(await call), true);
      assert.equal(server.requests.length, 1);
    },
  },
  {
    name: 'by fetch: the timeout holds for each attempt',
    lacks,
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, { ...fetching, timeout: 400 }, {}, 'silence', 200);
      assert.equal((await api.get('/')).status, 200);
      assert.ok(requests.length > 1);
    },
  },
  {
    name: 'by fetch: an open circuit refuses',
    lacks,
    async run(parts, stage) {
      const options = { retry: false, breaker: { consecutiveFailures: 1 } } as const;
      const { api, requests } = await scene(parts, stage, fetching, options, 503);
      await failureOf(api.get('/'));
      const error = await failureOf(api.get('/'));
      assert.equal(error.code, 'ERR_CIRCUIT_OPEN');
      assert.equal(parts.axios.isAxiosError(error), true);
      assert.equal(requests.length, 1);
    },
  },
  {
    name: 'by fetch: a streamed answer comes whole after a retry',
    lacks,
    async run(parts, stage) {
      const body = 'x'.repeat(100_000);
      const { api } = await scene(parts, stage, fetching, {}, { status: 503, body }, { status: 200, body });
      const { data } = await api.get<ReadableStream>('/', { responseType: 'stream' });
      assert.equal((await text(data)).length, body.length);
    },
  },
];
