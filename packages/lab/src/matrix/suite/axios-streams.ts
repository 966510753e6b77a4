import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type AxiosBehaviour, scene } from './axios-parts.js';
import { failureOf } from './failure.js';

const large = 'x'.repeat(300_000);

export const axiosStreams: readonly AxiosBehaviour[] = [
  {
    name: 'a stream is not sent again',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, { maxRedirects: 0 }, {}, 503, 200);
      const error = await failureOf(api.put('/', Readable.from(['one', 'two'])));
      assert.deepEqual(
        requests.map(({ body }) => body),
        ['onetwo'],
      );
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'one-shot-body');
    },
  },
  {
    name: 'a stream that beforeAttempt makes anew is sent whole each time',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, { maxRedirects: 0 }, {}, 503, 200);
      const beforeAttempt = (config: { data?: unknown }): void => {
        config.data = Readable.from(['one', 'two']);
      };
      await api.put('/', Readable.from(['unread']), { resilience: { beforeAttempt } });
      assert.deepEqual(
        requests.map(({ body }) => body),
        ['onetwo', 'onetwo'],
      );
    },
  },
  {
    name: 'a streamed answer that is discarded frees its socket: one is enough',
    async run(parts, stage) {
      const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
      const busy = { status: 503, body: large };
      const { api, requests } = await scene(parts, stage, { httpAgent }, {}, busy, busy, { status: 200, body: large });
      const { data } = await api.get('/', { responseType: 'stream' });
      assert.equal((await text(data)).length, large.length);
      assert.equal(requests.length, 3);
      httpAgent.destroy();
    },
  },
  {
    name: 'the last streamed answer is the caller’s to read, though it is an error',
    async run(parts, stage) {
      const busy = { status: 503, body: large };
      const { api } = await scene(parts, stage, {}, { retry: { maxRetries: 1 } }, busy);
      const error = await failureOf(api.get('/', { responseType: 'stream' }));
      const { data } = error.response as { data: Readable };
      assert.equal((await text(data)).length, large.length);
    },
  },
  {
    name: 'bytes come as bytes',
    async run(parts, stage) {
      const { api } = await scene(parts, stage, {}, {}, 503, { status: 200, body: 'bytes' });
      const { data } = await api.get('/', { responseType: 'arraybuffer' });
      assert.equal(Buffer.from(data).toString(), 'bytes');
    },
  },
];
