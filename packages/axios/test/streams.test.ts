import { once } from 'node:events';
import { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Timer } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';
import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosRequestConfig, CanceledError } from 'axios';
import { reportOf } from '../src/index.js';
import { drive, errorOf, macrotask, told } from './drive.js';
import type { Reply } from './origin.js';
import { scene } from './set-up.js';

const large = 'x'.repeat(1_000_000);
const busy: Reply = { status: 503, body: large };
const endless: Reply = (response) => {
  response.writeHead(200);
  response.write('beginning');
};

describe('a streamed answer', () => {
  test.each(['http', 'fetch'] as const)('is passed on unchanged by the %s adapter, after a retry', async (adapter) => {
    const { api, clock } = await scene({ adapter, responseType: 'stream' }, {}, busy, { status: 200, body: large });

    const response = await drive(clock, api.get('/'));

    expect((await text(response.data)).length).toBe(large.length);
    expect(reportOf(response)).toMatchObject({ attempts: 2 });
  });

  test('that is discarded frees its socket before the wait: one socket is enough', async () => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { api, clock, origin } = await scene({ httpAgent, responseType: 'stream' }, {}, busy, busy, {
      status: 200,
      body: 'whole',
    });

    const response = await drive(clock, api.get('/'));

    expect(await text(response.data)).toBe('whole');
    expect(origin.requests).toHaveLength(3);
    httpAgent.destroy();
  });

  test('that is the last answer is not discarded, even if it is an error', async () => {
    const { api, clock } = await scene({ responseType: 'stream' }, { retry: { maxRetries: 1 } }, busy);

    const error = await errorOf(drive(clock, api.get('/')));

    const { data } = error.response as { data: Readable };
    expect((await text(data)).length).toBe(large.length);
  });

  test.each(['http', 'fetch'] as const)(
    'has its body if the policy is closed during the wait, with the %s adapter',
    async (adapter) => {
      const inTwo: Reply = (response) => {
        response.writeHead(503).write('first, ');
        setImmediate(() => response.end('second'));
      };
      const { api, clock, policy } = await scene({ adapter, responseType: 'stream' }, {}, inTwo);

      const failed = errorOf(api.get('/'));
      while (clock.pending === 0) await macrotask();
      policy.close();

      const { data } = (await failed).response as { data: Readable };
      expect(await text(data)).toBe('first, second');
    },
  );

  test('has no body that a predicate could read', async () => {
    const bodies: unknown[] = [];
    const { api, clock } = await scene(
      { responseType: 'stream' },
      {
        retry: {
          shouldRetry: (outcome) => {
            if (outcome.kind === 'response') bodies.push(outcome.body());
            return undefined;
          },
        },
      },
      { status: 200, body: 'whole' },
    );

    const response = await drive(clock, api.get('/'));

    expect(bodies).toEqual([undefined]);
    expect(await text(response.data)).toBe('whole');
  });

  test.each(
    [{}, { attemptMs: 60_000, totalMs: 60_000 }].flatMap((timeouts) =>
      (['http', 'fetch'] as const).map((adapter) => ({ timeouts, adapter })),
    ),
  )('can still be cancelled long after the call has succeeded: %j', async ({ timeouts, adapter }) => {
    const { api, origin, clock } = await scene({ adapter, responseType: 'stream' }, { timeouts }, endless);
    const controller = new AbortController();
    const { data } = await api.get('/', { signal: controller.signal });
    expect(clock.pending).toBe(0);
    const body = text(data).catch((error: unknown) => error);

    controller.abort();

    expect(await body).toBeInstanceOf(Error);
    // undici takes its time to close its own.
    while (adapter === 'http' && origin.sockets.size > 0) await macrotask();
  });

  test('can still be cancelled by a token', async () => {
    for (const timeouts of [{}, { attemptMs: 60_000 }]) {
      const { api } = await scene({ responseType: 'stream' }, { timeouts }, endless);
      const { token, cancel } = axios.CancelToken.source();
      const { data } = await api.get('/', { cancelToken: token });

      cancel('enough');

      const [error] = await once(data, 'error');
      expect(error).toBeInstanceOf(CanceledError);
    }
  });

  test('that comes after its attempt has ended is freed', async () => {
    const streams: Readable[] = [];
    const late = (config: AxiosRequestConfig) =>
      new Promise((resolve, reject) => {
        // An adapter that takes no notice of the signal.
        const { signal: _, ...rest } = config;
        axios
          .getAdapter('http')(rest as never)
          .then(
            (response) => setImmediate(() => keep(response.data) && resolve(response)),
            (error) => setImmediate(() => keep(error.response.data) && reject(error)),
          );
      });
    const keep = (stream: Readable) => streams.push(stream);
    for (const status of [200, 503]) {
      let answer = () => {};
      const { api, clock, origin } = await scene(
        { responseType: 'stream', adapter: late as never },
        { retry: false, timeouts: { attemptMs: 100 } },
        (response) => {
          answer = () => response.writeHead(status).end(large);
        },
      );
      const call = errorOf(api.get('/'));
      await origin.reached(1);
      await clock.advance(100);
      expect(await call).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
      answer();
      while (streams.length === 0) await macrotask();
      await macrotask();

      expect(streams.pop()?.destroyed).toBe(true);
    }
  });
});

describe('sockets', () => {
  test('are used again by the next attempt if they were kept alive', async () => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { api, clock, origin } = await scene(
      { httpAgent },
      {},
      { status: 503, body: 'no' },
      { status: 200, body: 'ok' },
    );

    await drive(clock, api.get('/'));

    expect(origin.requests).toHaveLength(2);
    expect(origin.connections).toBe(1);
    httpAgent.destroy();
  });

  test('of attempts that were ended early are closed', async () => {
    const { api, clock, origin } = await scene(
      {},
      { timeouts: { attemptMs: 100 }, retry: { maxRetries: 2 } },
      'silence',
    );
    const call = errorOf(api.get('/'));
    for (const attempt of [1, 2, 3]) {
      await origin.reached(attempt);
      await clock.advance(100);
      await clock.advance(0);
    }

    await call;

    while (origin.sockets.size > 0) await macrotask();
    expect(origin.connections).toBe(3);
  });

  test('are not opened for an attempt whose time was up before it began', async () => {
    const totalMs = 100;
    /** As on a busy host, a wait that should end before the deadline ends after it. */
    class LateClock extends ManualClock {
      override schedule(task: () => void, delayMs: number): Timer {
        return super.schedule(task, delayMs < totalMs ? totalMs : delayMs);
      }
    }
    const clock = new LateClock();
    const { api, origin, policy } = await scene(
      {},
      { clock, random: () => 0.5, timeouts: { totalMs } },
      { status: 503, body: 'busy' },
      'silence',
    );
    const call = errorOf(api.get('/'));
    await told(policy, 'retry');

    await clock.advance(totalMs);

    expect((await call).response).toMatchObject({ status: 503, data: 'busy' });
    await macrotask();
    expect(origin.requests).toHaveLength(1);
  });
});
