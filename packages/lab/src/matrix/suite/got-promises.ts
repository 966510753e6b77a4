import assert from 'node:assert/strict';
import { failureOf } from './failure.js';
import { type GotBehaviour, scene } from './got-parts.js';

/** The promise API, and pagination. */
export const gotPromises: readonly GotBehaviour[] = [
  {
    name: 'a 503 is retried, and the caller gets the answer',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 503, 200);
      const response = await client(url);
      assert.equal(response.statusCode, 200);
      assert.equal(response.body, '{"status":200}');
      assert.equal(requests.length, 3);
      assert.equal(parts.breakwater.reportOf(response)?.attempts, 3);
    },
  },
  {
    name: 'each attempt sends the same URL, headers and body',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 'reset', 200);
      const options = { json: { item: 'ü' }, headers: { 'x-own': 'yes' }, searchParams: { q: 'x y' } };
      await client.put(`${url}/orders`, options);
      const [first, ...others] = requests;
      assert.equal(first?.method, 'PUT');
      assert.equal(first?.url, '/orders?q=x+y');
      assert.equal(first?.body, '{"item":"ü"}');
      assert.equal(first?.headers['content-length'], String(Buffer.byteLength('{"item":"ü"}')));
      assert.equal(first?.headers['x-own'], 'yes');
      assert.deepEqual(others, [first, first]);
    },
  },
  {
    name: 'text, bytes and forms are sent whole again',
    async run(parts, stage) {
      for (const [options, sent] of [
        [{ body: 'text' }, 'text'],
        [{ body: Buffer.from('bytes') }, 'bytes'],
        [{ form: { a: 1 } }, 'a=1'],
      ] as const) {
        const { client, requests, url } = await scene(parts, stage, {}, 503, 200);
        await client.put(url, options);
        assert.deepEqual(
          requests.map(({ body }) => body),
          [sent, sent],
        );
      }
    },
  },
  {
    name: 'json(), text() and buffer() give the answer of the last attempt',
    async run(parts, stage) {
      const { client, url } = await scene(parts, stage, {}, 503, 200);
      assert.deepEqual(await client(url).json(), { status: 200 });
      const { client: second, url: to } = await scene(parts, stage, {}, 503, 200);
      assert.equal(await second(to).text(), '{"status":200}');
      const { client: third, url: there } = await scene(parts, stage, {}, 503, 200);
      assert.equal(Buffer.from(await third(there).buffer()).toString(), '{"status":200}');
    },
  },
  {
    name: 'a connection that is reset is retried',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 'reset', 200);
      assert.equal((await client(url)).statusCode, 200);
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'a POST is not repeated, and fails with its own HTTPError',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 200);
      const error = await failureOf(client.post(url, { json: {} }));
      assert.equal(error.name, 'HTTPError');
      assert.equal((error.response as { statusCode: number }).statusCode, 503);
      assert.equal(requests.length, 1);
    },
  },
  {
    name: 'the last answer is what a failed call ends with, untouched',
    async run(parts, stage) {
      const last = { status: 502, body: 'down' };
      const { client, requests, url } = await scene(parts, stage, { retry: { maxRetries: 2 } }, 503, 503, last);
      const error = await failureOf(client(url));
      assert.equal(error.name, 'HTTPError');
      assert.equal((error.response as { body: string }).body, 'down');
      assert.equal(requests.length, 3);
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'exhausted');
    },
  },
  {
    name: 'throwHttpErrors: false is retried, and resolves with the last answer',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, { retry: { maxRetries: 1 } }, 503);
      assert.equal((await client(url, { throwHttpErrors: false })).statusCode, 503);
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'hooks run as they did, once for each attempt or once for the call',
    async run(parts, stage) {
      const { client, url } = await scene(parts, stage, { retry: { maxRetries: 1 } }, 503);
      const ran: string[] = [];
      const hooks = {
        beforeRequest: [() => void ran.push('beforeRequest')],
        beforeRetry: [() => void ran.push('beforeRetry')],
        beforeError: [
          <E>(error: E): E => {
            ran.push('beforeError');
            return error;
          },
        ],
      };
      await failureOf(client(url, { hooks }));
      assert.deepEqual(ran, ['beforeRequest', 'beforeRetry', 'beforeRequest', 'beforeError']);
    },
  },
  {
    name: 'a redirect is followed within one attempt',
    async run(parts, stage) {
      const moved = { status: 302, headers: { location: '/there' } };
      const { client, requests, url } = await scene(parts, stage, {}, moved, 200);
      const response = await client(`${url}/here`);
      assert.deepEqual(
        requests.map((request) => request.url),
        ['/here', '/there'],
      );
      assert.equal(parts.breakwater.reportOf(response)?.attempts, 1);
    },
  },
  {
    name: 'each page of a pagination has retries of its own',
    async run(parts, stage) {
      const page = (body: string, next?: string) => ({
        status: 200,
        headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
        body,
      });
      const replies = [503, page('[1,2]', '/2'), 503, 503, page('[3]')];
      const { client, policy, url } = await scene(parts, stage, { retry: { maxRetries: 2 } }, ...replies);
      assert.deepEqual(await client.paginate.all<number>(url), [1, 2, 3]);
      const { calls, attempts } = policy.snapshot().totals;
      assert.deepEqual([calls, attempts], [2, 5]);
    },
  },
];
