import { Readable } from 'node:stream';
import { createPolicy, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import got, { type ExtendOptions, type HandlerFunction, HTTPError, type RequestError } from 'got';
import { resilience } from '../src/index.js';
import { stopServers, TestServer } from './server.js';
import { atOnce, callsUnderWay, failureOf, openAfterOne, setup } from './setup.js';

afterEach(stopServers);

/** An instance with the user's options set before the policy's, after it, and for the call alone. */
const places: [string, (own: ExtendOptions, handlers: ExtendOptions) => typeof got][] = [
  ['before', (own, ours) => got.extend(own).extend(ours)],
  ['after', (own, ours) => got.extend(ours).extend(own)],
  ['in one', (own, ours) => got.extend(own, ours)],
];

describe.each(places)('the user’s own options, set %s', (_, extended) => {
  const make = (own: ExtendOptions, options = atOnce) => {
    const policy = createPolicy(options);
    return { client: extended(own, resilience(policy)), policy };
  };

  test('a limit takes precedence over the policy’s', async () => {
    const server = await TestServer.start(503);
    const { client } = make({ retry: { limit: 1 } });

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'exhausted' });
  });

  test('a limit of 0 means no retry', async () => {
    const server = await TestServer.start(503);

    await failureOf(make({ retry: { limit: 0 } }).client(server.url));

    expect(server.hits).toBe(1);
  });

  test('methods take precedence over the policy’s', async () => {
    const server = await TestServer.start(503);
    const { client } = make({ retry: { methods: ['POST'], limit: 1 } });

    await failureOf(client.post(server.url));
    await failureOf(client.get(server.url));

    expect(server.requests.map((request) => request.method)).toEqual(['POST', 'POST', 'GET']);
  });

  test('statusCodes take precedence over the policy’s', async () => {
    const server = await TestServer.start(418, 503);
    const { client } = make({ retry: { statusCodes: [418] } });

    const error = await failureOf(client(server.url));

    expect(error.response?.statusCode).toBe(503);
    expect(server.hits).toBe(2);
    expect(reportOf(error)).toMatchObject({ attempts: 2, stopReason: 'permanent' });
  });

  test('calculateDelay receives the policy’s decision, and may wait longer', async () => {
    const server = await TestServer.start(503, 503, 200);
    const seen: number[] = [];
    const { client } = make({
      retry: {
        calculateDelay: ({ computedValue }) => {
          seen.push(computedValue);
          return computedValue + 1;
        },
      },
    });

    const response = await client(server.url);

    expect(seen).toEqual([1, 1]);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
  });

  test('calculateDelay may stop', async () => {
    const server = await TestServer.start(503);
    const { client, policy } = make({ retry: { calculateDelay: () => 0 } });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'disabled' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('calculateDelay may continue if the policy would not, and is called with 0 then', async () => {
    const server = await TestServer.start(404, 404, 200);
    const seen: number[] = [];
    const { client } = make({
      retry: {
        calculateDelay: async ({ computedValue }) => {
          seen.push(computedValue);
          return 1;
        },
      },
    });

    const response = await client(server.url);

    expect(seen).toEqual([0, 0]);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
  });

  test('calculateDelay that throws ends the call with its error, as without the policy', async () => {
    const server = await TestServer.start(503);
    const calculateDelay = () => {
      throw new Error('cannot calculate');
    };
    const { client, policy } = make({ retry: { calculateDelay } });

    const error = await failureOf(client(server.url));

    expect(error.message).toBe('cannot calculate');
    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('enforceRetryRules hides nothing from the policy', async () => {
    const server = await TestServer.start(520, 520, 200);
    const { client } = make({ retry: { enforceRetryRules: true }, context: { resilience: { idempotent: true } } });

    const response = await client.post(server.url);

    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
  });

  test('hooks run as often as attempts are made, in their order', async () => {
    const server = await TestServer.start(503, 200);
    const seen: string[] = [];
    const { client } = make({
      hooks: {
        beforeRequest: [() => void seen.push('beforeRequest')],
        beforeRetry: [(error, count) => void seen.push(`beforeRetry ${error.code} ${count}`)],
        afterResponse: [
          (response) => {
            seen.push(`afterResponse ${response.statusCode}`);
            return response;
          },
        ],
      },
    });

    await client(server.url);

    expect(seen).toEqual([
      'beforeRequest',
      'afterResponse 503',
      'beforeRetry ERR_NON_2XX_3XX_RESPONSE 1',
      'beforeRequest',
      'afterResponse 200',
    ]);
  });

  test('an afterResponse hook that asks for another request gets it, again through the policy', async () => {
    const server = await TestServer.start(401, 503, 200);
    const { client, policy } = make({
      hooks: {
        afterResponse: [
          (response, retryWithMergedOptions) =>
            response.statusCode === 401 ? retryWithMergedOptions({ headers: { 'x-token': 'new' } }) : response,
        ],
      },
    });

    const response = await client(server.url);

    expect(server.requests.map((request) => request.headers['x-token'])).toEqual([undefined, 'new', 'new']);
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a beforeError hook may replace the error, and the report is kept', async () => {
    const server = await TestServer.start(404);
    const own = new Error('not here');
    const { client, policy } = make({ hooks: { beforeError: [() => own as RequestError] } });

    const error = await failureOf(client(server.url));

    expect(error).toBe(own);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each([
    ['beforeRequest', 3, 0, 'permanent'],
    ['afterResponse', 0, 1, 'exhausted'],
    ['beforeRetry', 3, 1, 'permanent'],
    ['beforeError', 0, 1, 'exhausted'],
  ] as const)('a %s hook that throws ends the call with its error', async (name, maxRetries, hits, stopReason) => {
    const server = await TestServer.start(503);
    const hook = () => {
      throw new Error('hook failed');
    };
    const { client, policy } = make(
      { hooks: { [name]: [hook] } },
      { ...atOnce, retry: { ...atOnce.retry, maxRetries } },
    );

    const error = await failureOf(client(server.url));

    expect(error.message).toBe('hook failed');
    expect(server.hits).toBe(hits);
    expect(reportOf(error)?.stopReason).toBe(stopReason);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('a beforeRequest hook that always fails like a network does not make the call continue for ever', async () => {
    const server = await TestServer.start(200);
    let asked = 0;
    const hook = () => {
      asked += 1;
      throw Object.assign(new Error('no token'), { code: 'ECONNRESET' });
    };
    const { client, policy } = make({
      hooks: { beforeRequest: [hook] },
      retry: { calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    });

    const error = await failureOf(client(server.url));

    expect(error.message).toBe('no token');
    // As often as got by itself: its limit is 2.
    expect(asked).toBe(3);
    expect(server.hits).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('an afterResponse hook that fails like a network is handled by got, not by the policy', async () => {
    const server = await TestServer.start(200);
    const hook = () => {
      throw Object.assign(new Error('cannot look it up'), { code: 'ECONNRESET' });
    };
    const { client, policy } = make({
      hooks: { afterResponse: [hook] },
      retry: { calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    });

    const error = await failureOf(client(server.url));

    // As often as got by itself: its limit is 2.
    expect(server.hits).toBe(3);
    expect(error.message).toBe('cannot look it up');
    expect(reportOf(error)).toMatchObject({ attempts: 3, stopReason: 'permanent' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 0 } });
  });

  test('a beforeRequest hook that answers itself does not involve the policy', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = make({ hooks: { beforeRequest: [() => answerOf('from the hook')] } });

    const response = await client(server.url);

    expect(response.body).toBe('from the hook');
    expect(server.hits).toBe(0);
    expect(reportOf(response)).toMatchObject({ attempts: 0, stopReason: 'success' });
    expect(callsUnderWay(policy)).toBe(0);
  });
});

/** An object that got takes for a response. */
function answerOf(text: string): never {
  return Object.assign(Readable.from([Buffer.from(text)]), {
    statusCode: 200,
    headers: {},
    url: 'http://127.0.0.1/',
    complete: true,
  }) as never;
}

describe('per call', () => {
  test('a limit takes precedence over the policy’s and the instance’s', async () => {
    const server = await TestServer.start(503);
    const { client } = setup();

    await failureOf(client.extend({ retry: { limit: 5 } })(server.url, { retry: { limit: 1 } }));

    expect(server.hits).toBe(2);
  });

  test('got’s own limit does not take precedence over the policy’s', async () => {
    const server = await TestServer.start(520, 520, 520, 520);
    const { client } = setup();

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(4);
    expect(reportOf(error)).toMatchObject({ attempts: 4 });
  });

  test('a limit equal to got’s own takes precedence over the policy’s if got keeps the given options', async () => {
    const server = await TestServer.start(503);
    const { client } = setup({ breaker: false });
    const keepsGiven = Array.isArray((got.defaults.options as unknown as { _init?: unknown })._init);

    const error = await failureOf(client(server.url, { retry: { limit: 2 } }));
    await failureOf(client.extend({ retry: { limit: 2 } })(server.url));

    expect(server.hits).toBe(keepsGiven ? 6 : 8);
    expect(reportOf(error)).toMatchObject({ attempts: keepsGiven ? 3 : 4 });
  });

  test('an infinite limit is a large one', async () => {
    const server = await TestServer.start(503, 503, 503, 503, 503, 200);
    const { client } = setup({ breaker: false });

    expect((await client(server.url, { retry: { limit: Number.POSITIVE_INFINITY } })).statusCode).toBe(200);
  });

  test('maxRetries in the context takes precedence over a limit', async () => {
    const server = await TestServer.start(503);
    const { client } = setup();

    await failureOf(client(server.url, { retry: { limit: 5 }, context: { resilience: { maxRetries: 1 } } }));

    expect(server.hits).toBe(2);
  });
});

describe('handlers', () => {
  test('an outer or inner handler of the user’s sees one call, however often it is retried', async () => {
    const server = await TestServer.start(503, 200);
    const seen: string[] = [];
    const noting =
      (name: string): HandlerFunction =>
      (options, next) => {
        seen.push(name);
        return next(options);
      };
    const policy = createPolicy(atOnce);
    const client = got.extend({ handlers: [noting('outer')] }, resilience(policy), { handlers: [noting('inner')] });

    await client(server.url)
      .json()
      .catch(() => {});

    expect(seen).toEqual(['outer', 'inner']);
    expect(server.hits).toBe(2);
  });

  test('an inner handler may be asynchronous', async () => {
    const server = await TestServer.start(503, { body: { fine: true } });
    const policy = createPolicy(atOnce);
    const client = got.extend(resilience(policy), {
      handlers: [
        (options, next) => {
          if (options.isStream) return next(options);
          return (async () => {
            const result = await next(options);
            return Object.assign(result, { touched: true });
          })() as never;
        },
      ],
    });

    const response = await client(server.url);

    expect(response).toMatchObject({ touched: true, statusCode: 200 });
    expect(reportOf(response)).toMatchObject({ attempts: 2 });
    expect(await client(server.url).json()).toEqual({ fine: true });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('an inner handler with its own calculateDelay decides, and every attempt is still counted', async () => {
    const server = await TestServer.start(503);
    const policy = createPolicy({ ...atOnce, breaker: openAfterOne });
    const client = got.extend(resilience(policy), {
      handlers: [
        (options, next) => {
          options.retry.calculateDelay = ({ attemptCount }) => (attemptCount < 3 ? 1 : 0);
          return next(options);
        },
      ],
    });

    const error = await failureOf(client(server.url));

    expect(error).toBeInstanceOf(HTTPError);
    expect(server.hits).toBe(1);
    expect(policy.breaker(server.url).state).toBe('open');
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'circuit-open' });
    expect(callsUnderWay(policy)).toBe(0);
  });
});

describe('installed twice', () => {
  test('it counts and retries once', async () => {
    const server = await TestServer.start(503);
    const policy = createPolicy({ ...atOnce, retry: { ...atOnce.retry, maxRetries: 1 } });
    const client = got.extend(resilience(policy)).extend(resilience(policy));

    const error = await failureOf(client(server.url));

    expect(server.hits).toBe(2);
    expect(policy.snapshot().totals).toMatchObject({ calls: 1, attempts: 2 });
    expect(reportOf(error)).toMatchObject({ attempts: 2 });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test('of two policies the last one applies', async () => {
    const server = await TestServer.start(503);
    const first = createPolicy({ ...atOnce, retry: { ...atOnce.retry, maxRetries: 5 } });
    const last = createPolicy({ ...atOnce, retry: { ...atOnce.retry, maxRetries: 1 } });
    const client = got.extend(resilience(first)).extend(resilience(last));

    await failureOf(client(server.url));
    await new Promise((resolve) => client.stream(server.url).once('error', resolve).resume());

    expect(server.hits).toBe(3);
    expect(first.snapshot().totals.calls).toBe(0);
    expect(last.snapshot().totals.calls).toBe(2);
  });

  test('the last one applies even if it is off', async () => {
    const server = await TestServer.start(200);
    const first = createPolicy(atOnce);
    const client = got.extend(resilience(first)).extend(resilience({ mode: 'off' }));

    const promise = client(server.url);
    await promise;

    expect(first.snapshot().totals.calls).toBe(0);
    expect(Object.hasOwn(promise, 'then')).toBe(false);
  });
});
