import { once } from 'node:events';
import { Readable } from 'node:stream';
import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HTTPError, type OptionsInit, type Request } from 'got';
import type { RequestResilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, setup } from './setup.js';

afterEach(stopServers);

/** Bodies that the first attempt uses up. */
const bodies: [string, (text: string) => unknown][] = [
  ['a stream', (text) => Readable.from([text.slice(0, 3), text.slice(3)])],
  [
    'a generator',
    function* (text) {
      yield text;
    },
  ],
  [
    'an asynchronous generator',
    async function* (text) {
      yield text;
    },
  ],
  ['a web stream', (text) => new Blob([text]).stream()],
];

type Body = OptionsInit['body'];

const sentTo = (server: TestServer) => server.requests.map(({ body }) => body);

/** A `beforeRetry` hook that gives the retry another body. */
const renewing = (make: () => unknown) => ({
  hooks: {
    beforeRetry: [
      (error: { request?: { options: object } | undefined }) => {
        Object.assign(error.request?.options ?? {}, { body: make() });
      },
    ],
  },
});

describe.each(bodies)('%s that a beforeRetry hook renews', (_, make) => {
  test('is sent again', async () => {
    const server = await TestServer.start(503, 'reset', 200);
    const { client, policy } = setup();

    const response = await client
      .extend(renewing(() => make('payload')))
      .put(server.url, { body: make('payload') as Body });

    expect(sentTo(server)).toEqual(['payload', 'payload', 'payload']);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is not sent again if the retries are used up', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ retry: { maxRetries: 1 } });

    const error = await failureOf(
      client.extend(renewing(() => make('payload'))).put(server.url, { body: make('payload') as Body }),
    );

    expect(sentTo(server)).toEqual(['payload', 'payload']);
    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
  });

  test('may become a repeatable body', async () => {
    const server = await TestServer.start(503, 503, 200);
    const { client } = setup();

    await client.extend(renewing(() => 'payload')).put(server.url, { body: make('payload') as Body });

    expect(sentTo(server)).toEqual(['payload', 'payload', 'payload']);
  });

  test('is sent again by a stream', async () => {
    const server = await TestServer.start(503, 200);
    const { client, policy } = setup();

    const stream = client
      .extend(renewing(() => make('payload')))
      .stream.put(server.url, { body: make('payload') as Body });
    const second = await new Promise<Request>((resolve) => {
      stream.once('retry', (_count: number, _error: Error, createRetryStream: () => Request) =>
        resolve(createRetryStream()),
      );
    });
    await second.toArray();

    expect(sentTo(server)).toEqual(['payload', 'payload']);
    expect(callsUnderWay(policy)).toBe(0);
  });
});

describe.each(bodies)('%s that is not renewed', (_, make) => {
  test('is never sent again', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();

    const error = await failureOf(client.put(server.url, { body: make('payload') as Body }));

    expect(sentTo(server)).toEqual(['payload']);
    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'one-shot-body' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is not sent again even if there is a beforeRetry hook', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();
    const seen: number[] = [];
    const noting = { hooks: { beforeRetry: [(_error: unknown, count: number) => void seen.push(count)] } };

    const error = await failureOf(client.extend(noting).put(server.url, { body: make('payload') as Body }));

    expect(sentTo(server)).toEqual(['payload']);
    expect(seen).toEqual([1]);
    expect(error).toBeInstanceOf(HTTPError);
    expect(error.response?.statusCode).toBe(503);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'one-shot-body' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is not sent again even if there is a beforeRetry hook, with throwHttpErrors: false', async () => {
    const server = await TestServer.start({ status: 503, body: 'busy' });
    const { client, policy } = setup();
    const options = { hooks: { beforeRetry: [() => {}] }, throwHttpErrors: false };

    const response = await client.extend(options).put(server.url, { body: make('payload') as Body });

    expect(response.body).toBe('busy');
    expect(sentTo(server)).toEqual(['payload']);
    expect(reportOf(response)).toMatchObject({ attempts: 1, stopReason: 'one-shot-body' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('is not sent again by a stream', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();
    let retries = 0;

    const stream = client
      .extend({ hooks: { beforeRetry: [() => {}] } })
      .stream.put(server.url, { body: make('payload') as Body });
    stream.once('retry', () => {
      retries += 1;
    });
    const [error] = await once(stream, 'error');

    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'one-shot-body' });
    expect(retries).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });
});

test.each<[string, object]>([
  ['an array of chunks', ['pay', 'load']],
  ['a set of chunks', new Set(['pay', 'load'])],
  ['an iterable that begins anew', { [Symbol.iterator]: () => ['payload'][Symbol.iterator]() }],
  [
    'an async iterable that begins anew',
    {
      async *[Symbol.asyncIterator]() {
        yield 'payload';
      },
    },
  ],
])('%s is sent again from its beginning, as by got', async (_, body) => {
  const server = await TestServer.start(503, 200);
  const { client, policy } = setup();

  const response = await client.put(server.url, { body: body as Body });

  expect(sentTo(server)).toEqual(['payload', 'payload']);
  expect(reportOf(response)).toMatchObject({ attempts: 2 });
  expect(callsUnderWay(policy)).toBe(0);
});

describe('beforeAttempt', () => {
  const preparing = (beforeAttempt: RequestResilience['beforeAttempt']) => ({
    context: { resilience: { beforeAttempt } },
  });

  test.each(bodies)('renews %s before a retry', async (_, make) => {
    const server = await TestServer.start(503, 'reset', 200);
    const { client, policy } = setup();
    const beforeAttempt: RequestResilience['beforeAttempt'] = (options, attempt) => {
      if (attempt > 1) options.body = make('payload');
    };

    const response = await client.put(server.url, { body: make('payload') as Body, ...preparing(beforeAttempt) });

    expect(sentTo(server)).toEqual(['payload', 'payload', 'payload']);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each(bodies)('that does not renew %s ends the call with the previous answer', async (_, make) => {
    const server = await TestServer.start(503);
    const { client, policy } = setup();

    const error = await failureOf(client.put(server.url, { body: make('payload') as Body, ...preparing(() => {}) }));

    expect(sentTo(server)).toEqual(['payload']);
    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'one-shot-body' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('may change the body of any attempt, whatever its length', async () => {
    const server = await TestServer.start(503, 503, 200);
    const { client } = setup();
    const beforeAttempt: RequestResilience['beforeAttempt'] = (options, attempt) => {
      options.body = ['ü', Buffer.from('longer than before'), Readable.from(['streamed'])][attempt - 1];
    };

    await client.put(server.url, { body: 'first', ...preparing(beforeAttempt) });

    expect(sentTo(server)).toEqual(['ü', 'longer than before', 'streamed']);
    expect(server.requests.map(({ headers }) => headers['content-length'])).toEqual(['2', '18', undefined]);
  });
});
