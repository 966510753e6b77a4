import { describe, expect, test } from '@jest/globals';
import { type RequestResilience, reportOf } from '../src/index.js';
import { drive, errorOf, macrotask } from './drive.js';
import { scene } from './set-up.js';

describe('beforeAttempt', () => {
  const beforeAttempt = (run: NonNullable<RequestResilience['beforeAttempt']>) => ({
    resilience: { beforeAttempt: run },
  });

  test('runs before every attempt, with its number, and may return headers', async () => {
    const closing = { status: 503, headers: { connection: 'close' } };
    const { api, clock, requests } = await scene({}, {}, closing, 'reset', { status: 200 });

    await drive(
      clock,
      api.get('/', {
        headers: { authorization: 'Bearer old' },
        ...beforeAttempt(async (_, attempt) => ({ Authorization: `Bearer ${attempt}`, 'X-Signed': 'yes' })),
      }),
    );

    expect(requests.map(({ headers }) => [headers.authorization, headers['x-signed']])).toEqual([
      ['Bearer 1', 'yes'],
      ['Bearer 2', 'yes'],
      ['Bearer 3', 'yes'],
    ]);
  });

  test('may change the config of its attempt, and of no other', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 200 });
    const seen: unknown[] = [];

    const response = await drive(
      clock,
      api.get('/', {
        params: { a: '1' },
        ...beforeAttempt((config, attempt) => {
          seen.push([config.params, config.headers['X-First']]);
          if (attempt === 1) {
            config.headers['X-First'] = 'yes';
            config.params = { replaced: 'yes' };
          }
        }),
      }),
    );

    expect(seen).toEqual([
      [{ a: '1' }, undefined],
      [{ a: '1' }, undefined],
    ]);
    expect(requests.map(({ url, headers }) => [url, headers['x-first']])).toEqual([
      ['/?replaced=yes', 'yes'],
      ['/?a=1', undefined],
    ]);
    expect(response.config.params).toEqual({ a: '1' });
  });

  test('sees the idempotency key that the attempt will carry', async () => {
    const { api, clock } = await scene({}, {}, { status: 200 });
    const seen: unknown[] = [];

    await drive(
      clock,
      api.post('/', 'x', {
        resilience: {
          idempotencyKey: 'order-1',
          beforeAttempt: ({ headers }) => {
            seen.push(headers['Idempotency-Key']);
          },
        },
      }),
    );

    expect(seen).toEqual(['order-1']);
  });

  test.each([
    [
      'throws',
      () => {
        throw refused;
      },
    ],
    ['rejects', () => Promise.reject(refused)],
  ])('ends the call with its error if it %s; its permit is returned, and nothing counts as failed', async (_, run) => {
    const { api, clock, policy, requests, url } = await scene(
      {},
      { breaker: { consecutiveFailures: 1 }, retry: { shouldRetry: () => true } },
      { status: 200 },
    );
    policy.breaker(url).open();
    policy.breaker(url).close();

    const error = await errorOf(drive(clock, api.get('/', beforeAttempt(run))));

    expect(error).toBe(refused);
    expect(requests).toHaveLength(0);
    expect(policy.snapshot().keys[url]).toMatchObject({ inFlight: 0, breaker: { state: 'closed' } });
    expect(reportOf(error)).toMatchObject({ attempts: 0, stopReason: 'cancelled' });
  });

  test('releases the probe of a half-open circuit if it throws', async () => {
    const { api, clock, policy, url } = await scene(
      {},
      { retry: false, breaker: { consecutiveFailures: 1, openMs: 1_000, maxOpenMs: 1_000 } },
      { status: 500 },
      { status: 200 },
    );
    await errorOf(api.get('/'));
    await clock.advance(1_000);
    await errorOf(
      api.get(
        '/',
        beforeAttempt(() => Promise.reject(refused)),
      ),
    );

    expect((await api.get('/')).status).toBe(200);
    expect(policy.breaker(url).state).toBe('closed');
  });

  test('ends the call with its error after an answered attempt', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 });

    const error = await errorOf(
      drive(
        clock,
        api.get(
          '/',
          beforeAttempt((_, attempt) => (attempt === 1 ? undefined : Promise.reject(refused))),
        ),
      ),
    );

    expect(error).toBe(refused);
    expect(requests).toHaveLength(1);
  });

  test('that hangs does not delay a cancel, and sends nothing when it continues', async () => {
    const { api, policy } = await scene({}, {});
    const controller = new AbortController();
    const sent: unknown[] = [];
    let comeTo = () => {};
    let signal: unknown;
    const call = errorOf(
      api.get('/', {
        signal: controller.signal,
        // Takes no notice of the signal.
        adapter: (config) => Promise.reject(sent.push(config)),
        ...beforeAttempt((config) => {
          signal = config.signal;
          return new Promise((resolve) => {
            comeTo = () => resolve();
          });
        }),
      }),
    );
    await macrotask();

    controller.abort();
    expect(await call).toMatchObject({ code: 'ERR_CANCELED' });
    comeTo();
    await macrotask();

    expect(signal).toMatchObject({ aborted: true });
    expect(sent).toEqual([]);
    expect(policy.snapshot().totals.attempts).toBe(0);
  });

  test('is not called for a request that was cancelled while its body was made', async () => {
    const { api } = await scene({}, {}, { status: 200 });
    const controller = new AbortController();
    const ran: unknown[] = [];

    const error = await errorOf(
      api.put('/', 'x', {
        signal: controller.signal,
        transformRequest: () => controller.abort(),
        ...beforeAttempt((_, attempt) => void ran.push(attempt)),
      }),
    );

    expect(error).toMatchObject({ code: 'ERR_CANCELED' });
    expect(ran).toEqual([]);
  });

  const refused = new Error('no token');
});
