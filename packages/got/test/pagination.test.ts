import { afterEach, expect, test } from '@jest/globals';
import type { Options, Response } from 'got';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, setup } from './setup.js';

afterEach(stopServers);

const page = (items: number[], next?: string) => ({
  headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
  body: items,
});

test('each page is a call of its own, with retries of its own', async () => {
  const server = await TestServer.start(503, page([1, 2], '/2'), 503, 503, page([3], '/3'), page([4]));
  const { client, policy } = setup({ retry: { maxRetries: 2 } });

  const items = await client.paginate.all<number>(server.url);

  expect(items).toEqual([1, 2, 3, 4]);
  expect(policy.snapshot().totals).toMatchObject({ calls: 3, attempts: 6, retries: 3 });
  expect(callsUnderWay(policy)).toBe(0);
});

test('a page that fails ends the pagination with its own answer', async () => {
  const server = await TestServer.start(page([1], '/2'), 503);
  const { client, policy } = setup({ retry: { maxRetries: 1 } });
  const items: number[] = [];

  const error = await failureOf(
    (async () => {
      for await (const item of client.paginate<number>(server.url)) items.push(item);
    })(),
  );

  expect(items).toEqual([1]);
  expect(error.response?.statusCode).toBe(503);
  expect(server.hits).toBe(3);
  expect(callsUnderWay(policy)).toBe(0);
});

/** Goes on with the very options of the page before, which still have on them what was added for that page. */
const sameOptions = (pages: number) => ({
  paginate: ({ response }: { response: Response<unknown> }) => {
    const { options } = response.request;
    const number = Number((options.url as URL).searchParams.get('page') ?? 1);
    if (number === pages) return false;
    (options.url as URL).searchParams.set('page', String(number + 1));
    return options;
  },
});

test('the options of a page may be used for the next', async () => {
  const server = await TestServer.start(page([1]), 503, page([2]), page([3]));
  const { client, policy } = setup();
  const hooks: number[] = [];
  policy.on('attempt', ({ attempt }) => hooks.push(attempt));

  const items = await client.paginate.all<number>(server.url, { pagination: sameOptions(3) });

  expect(items).toEqual([1, 2, 3]);
  expect(hooks).toEqual([1, 1, 2, 1]);
  expect(policy.snapshot().totals).toMatchObject({ calls: 3, attempts: 4, retries: 1 });
  expect(callsUnderWay(policy)).toBe(0);
});

test('the additions to the options of a page do not accumulate', async () => {
  const server = await TestServer.start(page([1]), page([2]), page([3]));
  const { client } = setup();
  const counts: number[][] = [];
  const own = client.extend({
    hooks: {
      beforeRequest: [
        ({ hooks }) => {
          counts.push(
            [hooks.beforeRequest, hooks.afterResponse, hooks.beforeRetry, hooks.beforeError].map((h) => h.length),
          );
        },
      ],
    },
  });

  await own.paginate.all<number>(server.url, { pagination: sameOptions(3) });

  expect(counts).toHaveLength(3);
  expect(new Set(counts.map(String)).size).toBe(1);
});

test("the user's own hooks are back on a page that the policy leaves alone", async () => {
  const server = await TestServer.start(page([1]), page([2]));
  const { client } = setup({ timeouts: { totalMs: 60_000 } });
  const beforeRedirect = [() => {}];
  const areOwn: boolean[] = [];
  const beforeRequest = [
    ({ hooks }: Pick<Options, 'hooks'>) => {
      areOwn.push(hooks.beforeRedirect.length === 1 && hooks.beforeRedirect[0] === beforeRedirect[0]);
    },
  ];
  const pagination = {
    paginate: (input: { response: Response<unknown> }) => {
      const options = sameOptions(2).paginate(input);
      return options && Object.assign(options, { context: { resilience: false } });
    },
  };

  await client.paginate.all<number>(server.url, { hooks: { beforeRequest, beforeRedirect }, pagination });

  expect(areOwn).toEqual([false, true]);
});

test("the user's own calculateDelay is still there on the next page", async () => {
  const server = await TestServer.start(page([1]), 503, page([2]));
  const { client } = setup();
  let asked = 0;
  const calculateDelay = ({ computedValue }: { computedValue: number }) => {
    asked += 1;
    return computedValue;
  };

  await client.paginate.all<number>(server.url, { pagination: sameOptions(2), retry: { calculateDelay } });

  expect(asked).toBe(1);
});

test("the user's enforceRetryRules are still there on the next page", async () => {
  const server = await TestServer.start(page([1]), 404);
  const { client } = setup();
  let asked = 0;
  const calculateDelay = () => {
    asked += 1;
    return 1;
  };
  const retry = { calculateDelay, enforceRetryRules: true };

  await failureOf(client.paginate.all<number>(server.url, { pagination: sameOptions(2), retry }));

  expect(asked).toBe(0);
  expect(server.hits).toBe(2);
});

test('each page has an idempotency key of its own, the same on all its attempts', async () => {
  const server = await TestServer.start(page([1]), 503, page([2]));
  let keys = 0;
  const generate = () => {
    keys += 1;
    return `key-${keys}`;
  };
  const { client } = setup({ idempotency: { generate } });

  await client.paginate.all<number>(server.url, { method: 'POST', pagination: sameOptions(2) });

  expect(server.requests.map((request) => request.headers['idempotency-key'])).toEqual(['key-1', 'key-2', 'key-2']);
});

test("a key of the user's own stays on all pages", async () => {
  const server = await TestServer.start(page([1]), page([2]));
  const { client } = setup({ idempotency: {} });

  await client.paginate.all<number>(server.url, {
    method: 'POST',
    headers: { 'idempotency-key': 'mine' },
    pagination: sameOptions(2),
  });

  expect(server.requests.map((request) => request.headers['idempotency-key'])).toEqual(['mine', 'mine']);
});
