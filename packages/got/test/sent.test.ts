import { Readable } from 'node:stream';
import { reportOf } from '@breakwater/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { callsUnderWay, failureOf, setup } from './setup.js';

const origin = 'https://api.example.test';

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

describe('bodies', () => {
  test.each([
    ['json', { json: { id: 1 } }, '{"id":1}'],
    ['form', { form: { id: 1 } }, 'id=1'],
    ['a string', { body: 'text' }, 'text'],
    ['a buffer', { body: Buffer.from('bytes') }, 'bytes'],
  ])('%s is sent again unchanged', async (_, options, body) => {
    const bodies: unknown[] = [];
    const reply = (status: number) =>
      nock(origin)
        .put('/orders', (sent) => {
          bodies.push(
            typeof sent === 'string'
              ? sent
              : _ === 'form'
                ? new URLSearchParams(sent).toString()
                : JSON.stringify(sent),
          );
          return true;
        })
        .reply(status);
    reply(503);
    reply(200);
    const { client } = setup();

    const response = await client.put(`${origin}/orders`, options);

    expect(reportOf(response)).toMatchObject({ attempts: 2 });
    expect(bodies).toEqual([body, body]);
  });

  test.each([
    ['a stream', () => Readable.from(['once'])],
    [
      'a generator',
      () =>
        (async function* () {
          yield 'once';
        })(),
    ],
    [
      'FormData',
      () => {
        const form = new FormData();
        form.set('id', '1');
        return form;
      },
    ],
  ])('%s is sent once, and the answer to it is the result', async (_, body) => {
    nock(origin).put('/orders').reply(503);
    const { client, policy } = setup();
    let asked = 0;
    const calculateDelay = () => {
      asked += 1;
      return 1;
    };

    const error = await failureOf(client.put(`${origin}/orders`, { body: body() as never, retry: { calculateDelay } }));

    expect(error.response?.statusCode).toBe(503);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'one-shot-body' });
    expect(asked).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });
});

describe('methods', () => {
  test('a POST is not repeated, since it may have had an effect', async () => {
    nock(origin).post('/orders').reply(503);
    const { client } = setup();

    const error = await failureOf(client.post(`${origin}/orders`, { json: { id: 1 } }));

    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
  });

  test('a POST of which nothing was sent is repeated', async () => {
    nock(origin)
      .post('/orders')
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    nock(origin).post('/orders').reply(201);
    const { client } = setup();

    expect((await client.post(`${origin}/orders`, { json: { id: 1 } })).statusCode).toBe(201);
  });

  test('QUERY is repeated, though got does not know it', async () => {
    nock(origin).intercept('/orders', 'QUERY').reply(503);
    nock(origin).intercept('/orders', 'QUERY').reply(200);
    const { client } = setup();

    expect((await client(`${origin}/orders`, { method: 'QUERY' as never, body: 'q' })).statusCode).toBe(200);
  });
});

describe('the idempotency key', () => {
  const keysOf = (path: string, header: string, ...statuses: number[]) => {
    const keys: (string | undefined)[] = [];
    for (const status of statuses) {
      nock(origin)
        .post(path)
        .reply(function () {
          keys.push(this.req.headers[header] as string | undefined);
          return [status, ''];
        });
    }
    return keys;
  };

  test('is the same on all attempts of a call, and makes it repeatable', async () => {
    const keys = keysOf('/orders', 'idempotency-key', 503, 503, 201);
    const { client } = setup({ idempotency: {} });

    await client.post(`${origin}/orders`);

    expect(keys[0]).toMatch(/^[0-9a-f]{8}-/);
    expect(new Set(keys).size).toBe(1);
  });

  test('differs for another call', async () => {
    const keys = keysOf('/orders', 'idempotency-key', 201, 201);
    const { client } = setup({ idempotency: {} });

    await client.post(`${origin}/orders`);
    await client.post(`${origin}/orders`);

    expect(new Set(keys).size).toBe(2);
  });

  test("is the caller's own, in the policy's header", async () => {
    const keys = keysOf('/orders', 'x-request-key', 503, 201);
    const { client } = setup({ idempotency: { header: 'X-Request-Key', methods: ['PUT'] } });

    await client.post(`${origin}/orders`, { context: { resilience: { idempotencyKey: 'mine' } } });

    expect(keys).toEqual(['mine', 'mine']);
  });

  test('of the caller is in the usual header if the policy names none', async () => {
    const keys = keysOf('/orders', 'idempotency-key', 503, 201);
    const { client } = setup();

    await client.post(`${origin}/orders`, { context: { resilience: { idempotencyKey: 'mine' } } });

    expect(keys).toEqual(['mine', 'mine']);
  });

  test('that the request already has is kept, and has the same effect', async () => {
    const keys = keysOf('/orders', 'idempotency-key', 503, 201);
    const { client } = setup();

    await client.post(`${origin}/orders`, {
      headers: { 'Idempotency-Key': 'there' },
      context: { resilience: { idempotencyKey: 'other' } },
    });

    expect(keys).toEqual(['there', 'there']);
  });

  test('in the request alone makes it repeatable', async () => {
    const keys = keysOf('/orders', 'idempotency-key', 503, 201);
    const { client } = setup();

    await client.post(`${origin}/orders`, { headers: { 'Idempotency-Key': 'there' } });

    expect(keys).toEqual(['there', 'there']);
  });

  test("is visible to the user's hooks that sign the request", async () => {
    keysOf('/orders', 'idempotency-key', 201);
    const { client } = setup({ idempotency: { generate: () => 'generated' } });
    let signed: unknown;
    const sign = (options: { headers: Record<string, unknown> }) => {
      signed = options.headers['idempotency-key'];
    };

    await client.post(`${origin}/orders`, { hooks: { beforeRequest: [sign] } });

    expect(signed).toBe('generated');
  });

  test('is not sent with a method to which the policy gives none', async () => {
    nock(origin, { badheaders: ['idempotency-key'] })
      .get('/orders')
      .reply(200);
    const { client } = setup({ idempotency: {} });

    await client(`${origin}/orders`);
  });
});

test('a request to a host that nock does not know fails at once, and nothing counts as a failure', async () => {
  const { client, policy } = setup();

  const error = await failureOf(client('https://unmocked.example.test'));

  expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
  const { breaker } = policy.snapshot().keys['https://unmocked.example.test'] ?? {};
  expect(breaker?.counts).toMatchObject({ failures: 0 });
  expect(callsUnderWay(policy)).toBe(0);
});
