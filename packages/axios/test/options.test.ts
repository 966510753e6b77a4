import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import { attachResilience, createChild, reportOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy, told } from './drive.js';
import { nowhere, scene } from './set-up.js';

const idempotencyKeys = (requests: readonly { readonly headers: Record<string, unknown> }[]) =>
  requests.map(({ headers }) => headers['idempotency-key']);

describe('resilience', () => {
  test('false sends a request by axios alone', async () => {
    const { api, policy, requests } = await scene({}, {}, { status: 503 });

    const error = await errorOf(api.get('/', { resilience: false }));

    expect(requests).toHaveLength(1);
    expect(reportOf(error)).toBeUndefined();
    expect(policy.snapshot().totals.calls).toBe(0);
  });

  test('may be set for an instance, and overridden by a request', async () => {
    const { api, clock, requests } = await scene(
      { resilience: { maxRetries: 1, key: 'instance' } },
      {},
      { status: 503 },
    );

    const plain = await errorOf(drive(clock, api.get('/')));
    const own = await errorOf(drive(clock, api.get('/', { resilience: { maxRetries: 2 } })));
    const off = await errorOf(drive(clock, api.get('/', { resilience: false })));

    expect(reportOf(plain)).toMatchObject({ attempts: 2, key: 'instance' });
    expect(reportOf(own)).toMatchObject({ attempts: 3, key: 'instance' });
    expect(reportOf(off)).toBeUndefined();
    expect(requests).toHaveLength(6);
  });

  test('may be set by an interceptor, whenever that was added', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 });
    api.interceptors.request.use((config) => ({ ...config, resilience: { maxRetries: 1 } }));
    await errorOf(drive(clock, api.get('/')));
    expect(requests).toHaveLength(2);

    const { policy, clock: other } = steadyPolicy();
    const child = createChild(api);
    child.interceptors.request.use((config) => ({ ...config, resilience: { maxRetries: 0 } }));
    attachResilience(child, policy);
    await errorOf(drive(other, child.get('/')));
    expect(requests).toHaveLength(3);
  });
});

describe('an invalid option', () => {
  const bad: [unknown, string][] = [
    [{ maxRetries: -1 }, 'resilience.maxRetries must be an integer >= 0, got -1'],
    [{ maxRetries: '3' }, 'resilience.maxRetries must be an integer >= 0, got "3"'],
    [{ key: '' }, 'resilience.key must be a non-empty string, got ""'],
    [{ idempotent: 'yes' }, 'resilience.idempotent must be true, false or a function, got "yes"'],
    [{ idempotencyKey: 7 }, 'resilience.idempotencyKey must be a non-empty string, got 7'],
    [{ timeouts: { attemptMs: 0 } }, 'resilience.timeouts.attemptMs must be '],
    [
      { timeouts: { attemptMs: 2, totalMs: 1 } },
      'resilience.timeouts.attemptMs must be at most resilience.timeouts.totalMs (1), got 2',
    ],
    [{ mode: 'on' }, "resilience.mode must be one of 'enforce', 'observe', 'off', got \"on\""],
    [{ beforeAttempt: {} }, 'resilience.beforeAttempt must be a function, got object'],
    [{ retries: 3 }, 'resilience.retries is not an option; there are maxRetries, key, '],
    [{ method: 'GET' }, 'resilience.method is not an option'],
    [true, 'resilience must be an object or false, got true'],
    [[], 'resilience must be an object or false, got an array'],
    [null, 'resilience must be an object or false, got null'],
  ];

  test.each(bad)('rejects the call with an AxiosError: %j', async (resilience, message) => {
    const { api, requests } = await scene({}, {}, { status: 200 });

    const error = await errorOf(api.get('/x', { resilience } as AxiosRequestConfig));

    expect(error.message).toContain(message);
    expect(error).toMatchObject({ isAxiosError: true, code: 'ERR_BAD_OPTION_VALUE', config: { url: '/x' } });
    expect(['TypeError', 'RangeError']).toContain((error.cause as Error).name);
    expect(requests).toHaveLength(0);
  });
});

describe('maxRetries', () => {
  test.each([
    [0, 1],
    [1, 2],
    [5, 6],
  ])('of %i makes for %i attempts', async (maxRetries, attempts) => {
    const { api, clock, requests } = await scene({}, { breaker: false }, { status: 503 });

    await errorOf(drive(clock, api.get('/', { resilience: { maxRetries } })));

    expect(requests).toHaveLength(attempts);
  });
});

describe('key', () => {
  test('gives a request its own breaker', async () => {
    const { api, policy, url } = await scene(
      {},
      { retry: false, breaker: { consecutiveFailures: 1 } },
      { status: 500 },
    );

    await errorOf(api.get('/', { resilience: { key: 'reports' } }));

    expect(policy.breaker('reports').state).toBe('open');
    expect(policy.breaker(url).state).toBe('closed');
  });
});

describe('idempotent', () => {
  test('true allows a POST to be repeated, false forbids it for a GET', async () => {
    const { api, clock, requests } = await scene({}, { retry: { maxRetries: 1 } }, { status: 503 });

    const post = await errorOf(drive(clock, api.post('/', 'a', { resilience: { idempotent: true } })));
    const get = await errorOf(drive(clock, api.get('/', { resilience: { idempotent: false } })));

    expect(reportOf(post)).toMatchObject({ attempts: 2 });
    expect(reportOf(get)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET']);
  });
});

describe('idempotencyKey', () => {
  test('is sent with every attempt, in the default header, and makes a POST repeatable', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 }, 'reset', { status: 201 });

    await drive(clock, api.post('/', 'order', { resilience: { idempotencyKey: 'order-1' } }));

    expect(idempotencyKeys(requests)).toEqual(['order-1', 'order-1', 'order-1']);
  });

  test("is sent in the header that the policy's idempotency names", async () => {
    const { api, clock, requests } = await scene(
      {},
      { idempotency: { header: 'X-Once' } },
      { status: 503 },
      { status: 201 },
    );

    await drive(clock, api.post('/', 'order', { resilience: { idempotencyKey: 'order-1' } }));

    expect(requests.map(({ headers }) => headers['x-once'])).toEqual(['order-1', 'order-1']);
    expect(idempotencyKeys(requests)).toEqual([undefined, undefined]);
  });

  test("is replaced by a header of the caller's own, which has the same effect", async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 201 });
    const headers = { 'idempotency-KEY': 'mine' };

    await drive(clock, api.post('/', 'order', { headers, resilience: { idempotencyKey: 'order-1' } }));
    expect(idempotencyKeys(requests)).toEqual(['mine', 'mine']);
  });

  test("of a header alone allows a POST to be repeated, with the policy's idempotency on or off", async () => {
    for (const idempotency of [false, {}] as const) {
      const { api, clock, requests } = await scene({}, { idempotency }, { status: 503 }, { status: 201 });

      await drive(clock, api.post('/', 'order', { headers: { 'Idempotency-Key': 'mine' } }));

      expect(idempotencyKeys(requests)).toEqual(['mine', 'mine']);
    }
  });

  test("of the policy is replaced by a header of the caller's own", async () => {
    const { api, requests } = await scene({}, { idempotency: { methods: ['PUT', 'POST'] } }, { status: 200 });

    await api.put('/', 'x', { headers: { 'idempotency-key': 'mine' } });
    await api.post('/', 'x', { headers: { 'idempotency-key': 'mine' } });

    expect(idempotencyKeys(requests)).toEqual(['mine', 'mine']);
  });

  test('of the policy is generated once per call, only for its methods', async () => {
    let made = 0;
    const generate = () => {
      made += 1;
      return `key-${made}`;
    };
    const { api, clock, requests } = await scene({}, { idempotency: { generate } }, { status: 503 }, { status: 200 });

    await drive(clock, api.post('/', 'one'));
    await drive(clock, api.post('/', 'two'));
    await drive(clock, api.get('/'));

    expect(idempotencyKeys(requests)).toEqual(['key-1', 'key-1', 'key-2', undefined]);
  });

  test('stays with a config that is sent again: it is still the same request', async () => {
    const { api, clock, requests } = await scene({}, { idempotency: {}, retry: { maxRetries: 0 } }, { status: 503 });
    const error = await errorOf(drive(clock, api.post('/', 'order')));

    await errorOf(drive(clock, api.request(error.config as AxiosRequestConfig)));

    const [first, second] = idempotencyKeys(requests);
    expect(first).toEqual(expect.any(String));
    expect(second).toBe(first);
  });
});

describe('timeouts', () => {
  test("apply to one request, in place of the policy's and beside axios's own", async () => {
    const { api, clock, origin } = await scene({ timeout: 60_000 }, { timeouts: { attemptMs: 50_000 } }, 'silence');
    const call = errorOf(api.get('/', { resilience: { maxRetries: 0, timeouts: { attemptMs: 300 } } }));
    await origin.reached(1);
    await clock.advance(300);

    expect(await call).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
  });

  test('abort the attempt that they end', async () => {
    const { api, clock, origin, requests } = await scene({}, {}, 'silence', { status: 200 });
    const call = api.get('/', { resilience: { timeouts: { attemptMs: 300 } } });
    await origin.reached(1);
    const [socket] = origin.sockets;
    await clock.advance(300);

    await drive(clock, call, 'waits of no time');

    expect(socket?.destroyed).toBe(true);
    expect(requests).toHaveLength(2);
  });
});

describe('mode', () => {
  test('may be set for one request', async () => {
    const { api, policy, requests } = await scene({}, {}, { status: 503 });

    await errorOf(api.get('/', { resilience: { mode: 'observe' } }));
    expect(policy.snapshot().totals).toMatchObject({ attempts: 1, wouldRetry: 1 });
    await errorOf(api.get('/', { resilience: { mode: 'off' } }));
    expect(policy.snapshot().totals).toMatchObject({ attempts: 1 });
    expect(requests).toHaveLength(2);
  });
});

describe('an origin without a server', () => {
  test('may differ for each attempt', async () => {
    const { api, clock, requests, policy } = await scene({}, {}, { status: 200 });
    const closed = await nowhere();
    const retried = told(policy, 'retry');

    await drive(
      clock,
      api.get('/', {
        resilience: {
          beforeAttempt: (config, attempt) => {
            if (attempt === 1) config.baseURL = closed;
          },
        },
      }),
    );

    await retried;
    expect(requests).toHaveLength(1);
  });
});

test('options end with their request: axios copies them, and two requests may differ', async () => {
  const { api, clock, requests } = await scene({}, {}, { status: 503 });
  const resilience = Object.freeze({ maxRetries: 1 });

  await errorOf(drive(clock, api.get('/', { resilience })));
  await errorOf(drive(clock, axios.get(api.getUri({ url: '/' }), { resilience })));

  expect(requests).toHaveLength(3);
});

test.each([
  ['beside other options of the request', { maxRetries: 2 }],
  ['beside none', undefined],
])('a polluted Object.prototype sends no POST twice, %s', async (_, resilience) => {
  const prototype = Object.prototype as Record<string, unknown>;
  const { api, clock, requests } = await scene({}, {}, { status: 503 });
  Object.assign(prototype, { idempotent: true, idempotencyKey: 'stolen' });
  try {
    await drive(clock, errorOf(api.post('/', {}, { resilience })));
  } finally {
    delete prototype.idempotent;
    delete prototype.idempotencyKey;
  }
  expect(requests).toHaveLength(1);
});
