import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Got, Request } from 'got';
import { failureOf } from './failure.js';
import { type GotBehaviour, scene } from './got-parts.js';

/** Reads a stream with retries as got's documentation recommends. */
function read(client: Got, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const follow = (stream: Request): void => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => resolve(Buffer.concat(chunks).toString()));
      stream.once('error', reject);
      stream.once('retry', (_count: number, _error: Error, createRetryStream: () => Request) => {
        follow(createRetryStream());
      });
    };
    follow(client.stream(url));
  });
}

export const gotStreams: readonly GotBehaviour[] = [
  {
    name: 'a stream flows as ever',
    async run(parts, stage) {
      const body = 'x'.repeat(300_000);
      const { client, policy, url } = await scene(parts, stage, {}, { status: 200, body });
      assert.equal((await text(client.stream(url))).length, body.length);
      const { inFlight, breaker } = policy.snapshot().keys[url] ?? {};
      assert.deepEqual([inFlight, breaker?.counts.calls], [0, 1]);
    },
  },
  {
    name: 'a stream with a retry listener is retried',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 503, 200);
      assert.equal(await read(client, url), '{"status":200}');
      assert.equal(requests.length, 3);
    },
  },
  {
    name: 'a stream without a retry listener fails with its own error',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      const error = await failureOf(text(client.stream(url)));
      assert.equal(error.name, 'HTTPError');
      assert.equal(requests.length, 1);
    },
  },
  {
    name: 'an open circuit ends a stream before anything is sent',
    async run(parts, stage) {
      const { client, policy, requests, url } = await scene(parts, stage, {}, 200);
      policy.breaker(url).open();
      const error = await failureOf(text(client.stream(url)));
      assert.equal(error.code, 'ERR_CIRCUIT_OPEN');
      assert.equal(requests.length, 0);
    },
  },
  {
    name: 'a body that can be sent once only is not sent again',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 200);
      const error = await failureOf(client.put(url, { body: Readable.from(['one', 'two']) }));
      assert.deepEqual(
        requests.map(({ body }) => body),
        ['onetwo'],
      );
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'one-shot-body');
    },
  },
];
