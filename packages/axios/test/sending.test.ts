import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import FormDataPackage from 'form-data';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import type { Reply } from './origin.js';
import { nowhere, scene } from './set-up.js';

const twice: Reply[] = [{ status: 503 }, 'reset', { status: 200, body: 'ok' }];
const adapters = ['http', 'fetch'] as const;

describe.each(adapters)('each attempt of the %s adapter', (adapter) => {
  test('sends the same headers', async () => {
    const { api, clock, requests } = await scene({ adapter, auth: { username: 'a', password: 'b' } }, {}, ...twice);

    await drive(clock, api.get('/', { headers: { 'X-Own': 'yes', Accept: 'text/plain' } }));

    const [first, ...others] = requests.map(({ headers }) => headers);
    expect(first).toMatchObject({ 'x-own': 'yes', accept: 'text/plain', authorization: 'Basic YTpi' });
    expect(others).toEqual([first, first]);
  });

  test('sends the same query', async () => {
    const { api, clock, requests } = await scene({ adapter, params: { a: 1 } }, {}, ...twice);

    await drive(clock, api.get('/search?q=x', { params: { b: [2, 3] } }));

    expect(new Set(requests.map(({ url }) => url))).toEqual(new Set(['/search?q=x&a=1&b%5B%5D=2&b%5B%5D=3']));
  });

  test.each([
    ['an object', { a: 'ü', b: [1] }, '{"a":"ü","b":[1]}', 'application/json'],
    ['a string', 'text', 'text', 'application/x-www-form-urlencoded'],
    ['URLSearchParams', new URLSearchParams({ a: '1' }), 'a=1', 'application/x-www-form-urlencoded;charset=utf-8'],
    ['a Buffer', Buffer.from('buffer'), 'buffer', 'application/x-www-form-urlencoded'],
    ['a typed array', new TextEncoder().encode('typed'), 'typed', 'application/x-www-form-urlencoded'],
    ['an ArrayBuffer', new TextEncoder().encode('array').buffer, 'array', 'application/x-www-form-urlencoded'],
    ['a Blob', new Blob(['blob'], { type: 'text/x-blob' }), 'blob', undefined],
    ['nothing', undefined, '', undefined],
  ])('sends the whole body: %s', async (_, data, sent, type) => {
    const { api, clock, requests } = await scene({ adapter }, {}, ...twice);

    await drive(clock, api.put('/', data));

    expect(requests.map(({ body }) => body)).toEqual([sent, sent, sent]);
    if (type !== undefined) expect(requests.map(({ headers }) => headers['content-type'])).toEqual([type, type, type]);
    const lengths = requests.map(({ headers }) => headers['content-length']);
    expect(lengths).toEqual([lengths[0], lengths[0], lengths[0]]);
  });

  test("sends the platform's own FormData again", async () => {
    const { api, clock, requests } = await scene({ adapter }, {}, ...twice);
    const form = new FormData();
    form.append('name', 'value');
    form.append('file', new Blob(['contents']), 'file.txt');

    await drive(clock, api.put('/', form));

    expect(requests).toHaveLength(3);
    for (const { body } of requests) {
      const [boundary] = body.split('\r\n');
      expect(body).toContain(`${boundary}--`);
      expect(body).toContain('name="name"\r\n\r\nvalue');
      expect(body).toContain('contents');
    }
  });
});

describe('headers', () => {
  test('that an adapter writes during an attempt do not reach the next: no old Content-Length cuts off a body', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 200 });
    const bodies = ['short', 'a much longer body'];

    await drive(
      clock,
      api.put('/', 'x', {
        resilience: {
          beforeAttempt: (config, attempt) => {
            config.data = bodies[attempt - 1];
          },
        },
      }),
    );

    expect(requests.map(({ body }) => body)).toEqual(bodies);
  });

  test('of the second attempt are those that the interceptors made', async () => {
    const seen: unknown[] = [];
    const { api, clock } = await scene({}, {}, ...twice);
    await drive(
      clock,
      api.put('/', 'body', {
        adapter: (config) => {
          seen.push({ ...config.headers });
          return axios.getAdapter('http')(config);
        },
      }),
    );

    expect(seen).toHaveLength(3);
    expect(seen[0]).not.toHaveProperty('Content-Length');
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test('keep their class, and the config its prototype', async () => {
    const classes: unknown[] = [];
    const { api, clock } = await scene({}, {}, ...twice);
    await drive(
      clock,
      api.get('/', {
        adapter: (config) => {
          classes.push([config.headers.constructor, Object.getPrototypeOf(config), typeof config.hasOwnProperty]);
          return axios.getAdapter('http')(config);
        },
      }),
    );

    expect(classes[0]).toEqual([axios.AxiosHeaders, null, 'function']);
    expect(classes[2]).toEqual(classes[0]);
  });
});

describe('interceptors and transforms', () => {
  test('run once, however many attempts there are', async () => {
    const { api, clock, requests } = await scene(
      {},
      {},
      { status: 503 },
      { status: 503 },
      { status: 200, body: '{"n":1}' },
    );
    const ran: string[] = [];
    api.interceptors.request.use((config) => {
      ran.push('request');
      return config;
    });
    api.interceptors.response.use((response) => {
      ran.push('response');
      return response;
    });

    const { data } = await drive(
      clock,
      api.put(
        '/',
        { a: 1 },
        {
          transformRequest: (body) => {
            ran.push('transformRequest');
            return JSON.stringify({ wrapped: body });
          },
          transformResponse: (body) => {
            ran.push('transformResponse');
            return JSON.parse(body);
          },
        },
      ),
    );

    expect(ran).toEqual(['request', 'transformRequest', 'transformResponse', 'response']);
    expect(new Set(requests.map(({ body }) => body))).toEqual(new Set(['{"wrapped":{"a":1}}']));
    expect(data).toEqual({ n: 1 });
  });

  test('that are asynchronous or throw work as without a policy', async () => {
    const { api, clock, requests } = await scene({}, {}, { status: 503 }, { status: 200 });
    api.interceptors.request.use(async (config) => {
      config.headers.set('X-Late', 'yes');
      return config;
    });
    await drive(clock, api.get('/'));
    expect(requests.map(({ headers }) => headers['x-late'])).toEqual(['yes', 'yes']);

    const broken = new Error('broken');
    api.interceptors.request.use(() => {
      throw broken;
    });
    expect(await errorOf(api.get('/'))).toBe(broken);
  });

  test('may ask for a parsed answer: a predicate parses it on access', async () => {
    const bodies: unknown[] = [];
    const { api, clock } = await scene(
      {},
      {
        retry: {
          shouldRetry: (outcome) => {
            if (outcome.kind !== 'response') return undefined;
            const body = outcome.body() as { pending?: boolean };
            bodies.push(body);
            return body.pending ? true : undefined;
          },
        },
      },
      { status: 200, body: '{"pending":true}' },
      { status: 200, body: '{"pending":false}' },
    );

    const { data } = await drive(clock, api.get('/'));

    expect(bodies).toEqual([{ pending: true }, { pending: false }]);
    expect(data).toEqual({ pending: false });
  });
});

describe('a one-shot body', () => {
  const stream = (): Readable => Readable.from(['part one ', 'part two']);
  const form = (): FormDataPackage => {
    const data = new FormDataPackage();
    data.append('a', '1');
    data.append('file', stream(), { filename: 'parts.txt' });
    return data;
  };

  test.each([
    ['a Node stream', 'http', stream],
    ['a form of the form-data package with a stream in it', 'http', form],
    ['a web stream', 'fetch', () => Readable.toWeb(stream())],
  ] as const)('is not sent again: %s', async (_, adapter, make) => {
    const { api, clock, requests } = await scene({ adapter, maxRedirects: 0 }, {}, { status: 503 }, { status: 200 });

    const error = await errorOf(drive(clock, api.put('/', make())));

    expect(error.response).toMatchObject({ status: 503 });
    expect(requests).toHaveLength(1);
    expect(reportOf(error)).toMatchObject({ stopReason: 'one-shot-body' });
  });

  test('is not sent again even if the connection was refused', async () => {
    const { api, clock, policy } = await scene({ baseURL: await nowhere() }, {});

    const error = await errorOf(drive(clock, api.put('/', stream(), { maxRedirects: 0 })));

    expect(error.code).toBe('ECONNREFUSED');
    expect(policy.snapshot().totals.attempts).toBe(1);
  });

  test('is retried if beforeAttempt sets a new one', async () => {
    const { api, clock, requests } = await scene({ maxRedirects: 0 }, {}, { status: 503 }, 'reset', { status: 200 });

    await drive(
      clock,
      api.put('/', stream(), {
        resilience: {
          beforeAttempt: (config) => {
            config.data = stream();
          },
        },
      }),
    );

    const sent = 'part one part two';
    expect(requests.map(({ body }) => body)).toEqual([sent, sent, sent]);
  });

  test('that its source broke off is permanent: no caller cancelled, and nothing is known about the server', async () => {
    const { api, clock, policy, url } = await scene({ maxRedirects: 0 }, {}, { status: 200 });
    const source = new Readable({ read: () => {} });
    source.push('begin');
    setImmediate(() => source.destroy());

    const error = await errorOf(drive(clock, api.put('/', source, { resilience: { idempotent: true } })));

    expect(error.code).toBe('ERR_CANCELED');
    expect(reportOf(error)).toMatchObject({ stopReason: 'permanent' });
    expect(policy.snapshot().keys[url]?.breaker).toMatchObject({ state: 'closed', consecutiveFailures: 0 });
  });
});

describe('progress', () => {
  test.each(adapters)('of up- and download is reported by the %s adapter, on every attempt', async (adapter) => {
    const uploads: number[] = [];
    const downloads: number[] = [];
    const { api, clock } = await scene({ adapter }, {}, { status: 503, body: 'no' }, { status: 200, body: 'done' });

    await drive(
      clock,
      api.put('/', 'upload', {
        onUploadProgress: ({ loaded }) => uploads.push(loaded),
        onDownloadProgress: ({ loaded }) => downloads.push(loaded),
      }),
    );

    expect(uploads.filter((loaded) => loaded === 6).length).toBeGreaterThanOrEqual(2);
    expect(downloads).toContain(4);
  });
});
