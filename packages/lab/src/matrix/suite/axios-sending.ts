import assert from 'node:assert/strict';
import { type AxiosBehaviour, scene } from './axios-parts.js';
import { failureOf } from './failure.js';

/** Requests at the server, and results of the caller. */
export const axiosSending: readonly AxiosBehaviour[] = [
  {
    name: 'a 503 is retried, and the caller gets the answer',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 503, 200);
      const response = await api.get('/orders/1');
      assert.equal(response.status, 200);
      assert.deepEqual(response.data, { status: 200 });
      assert.equal(response.config.url, '/orders/1');
      assert.equal(requests.length, 3);
      const report = parts.breakwater.reportOf(response);
      assert.equal(report?.attempts, 3);
      assert.deepEqual(report?.delaysMs, [1, 1]);
    },
  },
  {
    name: 'each attempt sends the same URL, headers and body',
    async run(parts, stage) {
      const auth = { username: 'a', password: 'b' };
      const { api, requests } = await scene(parts, stage, { auth, params: { page: 2 } }, {}, 503, 'reset', 200);
      await api.put('/orders', { item: 'ü', list: [1] }, { params: { q: 'x y' }, headers: { 'X-Own': 'yes' } });
      const [first, ...others] = requests;
      assert.equal(first?.method, 'PUT');
      assert.equal(first?.url, '/orders?page=2&q=x+y');
      assert.equal(first?.body, '{"item":"ü","list":[1]}');
      assert.match(String(first?.headers['content-type']), /^application\/json/);
      assert.equal(first?.headers['content-length'], String(Buffer.byteLength(first?.body ?? '')));
      assert.equal(first?.headers.authorization, 'Basic YTpi');
      assert.equal(first?.headers['x-own'], 'yes');
      assert.deepEqual(others, [first, first]);
    },
  },
  {
    name: 'text, bytes and URLSearchParams are sent whole again',
    async run(parts, stage) {
      const bodies = ['text', Buffer.from('bytes'), new URLSearchParams({ a: '1', b: '2' })];
      for (const body of bodies) {
        const { api, requests } = await scene(parts, stage, {}, {}, 503, 200);
        await api.put('/', body);
        const sent = String(body);
        assert.deepEqual(
          requests.map((request) => [request.body, request.headers['content-length']]),
          [1, 2].map(() => [sent, String(sent.length)]),
        );
      }
    },
  },
  {
    name: 'interceptors and transforms run once',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 503, 200);
      const ran: string[] = [];
      api.interceptors.request.use((config) => {
        ran.push('request');
        return config;
      });
      api.interceptors.response.use((response) => {
        ran.push('response');
        return response;
      });
      const { data } = await api.put('/', 1, {
        transformRequest: (body: unknown) => {
          ran.push('transformRequest');
          return `<${body}>`;
        },
        transformResponse: (body: string) => {
          ran.push('transformResponse');
          return JSON.parse(body).status;
        },
      });
      assert.equal(data, 200);
      assert.deepEqual(ran, ['request', 'transformRequest', 'transformResponse', 'response']);
      assert.deepEqual(
        requests.map(({ body }) => body),
        ['<1>', '<1>', '<1>'],
      );
    },
  },
  {
    name: 'a connection that is reset is retried',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 'reset', 200);
      assert.equal((await api.get('/')).status, 200);
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'a POST is not repeated, and fails with its own AxiosError',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 200);
      const error = await failureOf(api.post('/', { a: 1 }));
      assert.equal(parts.axios.isAxiosError(error), true);
      assert.equal(error.message, 'Request failed with status code 503');
      assert.equal(requests.length, 1);
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'not-idempotent');
    },
  },
  {
    name: 'a 404 is left alone',
    async run(parts, stage) {
      const { api, policy, requests, server } = await scene(parts, stage, {}, {}, 404);
      const error = await failureOf(api.get('/'));
      assert.equal(error.message, 'Request failed with status code 404');
      assert.equal(requests.length, 1);
      assert.equal(policy.snapshot().keys[server.url]?.breaker?.counts.failures, 0);
    },
  },
  {
    name: 'the last answer is what a failed call ends with, untouched',
    async run(parts, stage) {
      const last = { status: 502, headers: { 'x-last': 'yes' }, body: '{"why":"down"}' };
      const { api, requests } = await scene(parts, stage, {}, { retry: { maxRetries: 2 } }, 503, 503, last);
      const error = await failureOf(api.get('/orders', { headers: { 'X-Own': 'yes' } }));
      const { response, config } = error as unknown as { response: Record<string, unknown>; config: { url: string } };
      assert.equal(parts.axios.isAxiosError(error), true);
      assert.equal(error.code, 'ERR_BAD_RESPONSE');
      assert.deepEqual(response.data, { why: 'down' });
      assert.equal((response.headers as Record<string, string>)['x-last'], 'yes');
      assert.equal(config.url, '/orders');
      assert.equal(response.config, config);
      assert.equal(requests.length, 3);
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'exhausted');
    },
  },
  {
    name: 'validateStatus has no say in what is retried',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, { validateStatus: () => true }, {}, 503, 200);
      assert.equal((await api.get('/')).status, 200);
      assert.equal(requests.length, 2);
      const { api: failing } = await scene(parts, stage, { validateStatus: () => true }, {}, 503);
      assert.equal((await failing.get('/')).status, 503);
    },
  },
  {
    name: 'a redirect is followed within one attempt',
    async run(parts, stage) {
      const moved = { status: 302, headers: { location: '/there' } };
      const { api, requests } = await scene(parts, stage, {}, {}, moved, 503, moved, 200);
      const response = await api.get('/here');
      assert.deepEqual(
        requests.map(({ url }) => url),
        ['/here', '/there', '/here', '/there'],
      );
      assert.equal(parts.breakwater.reportOf(response)?.attempts, 2);
    },
  },
];
