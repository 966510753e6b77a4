import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import MockAdapter from 'axios-mock-adapter';
import { HttpsProxyAgent } from 'https-proxy-agent';
import nock from 'nock';
import { attachResilience, reportOf } from '../src/index.js';
import { drive, errorOf, steadyPolicy } from './drive.js';
import { serve } from './set-up.js';

describe.each(['before', 'after'] as const)('axios-mock-adapter that was installed %s attaching', (when) => {
  function mocked() {
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: 'http://mocked.invalid' });
    if (when === 'after') attachResilience(api, policy);
    // Its types are those of axios for CommonJS.
    const mock = new MockAdapter(api as never);
    if (when === 'before') attachResilience(api, policy);
    return { api, clock, mock, policy };
  }

  test('sees every attempt, and its last reply is the answer', async () => {
    const { api, clock, mock } = mocked();
    mock.onGet('/users').replyOnce(503).onGet('/users').networkErrorOnce().onGet('/users').timeoutOnce();
    mock.onGet('/users').reply(200, { id: 1 });

    const response = await drive(clock, api.get('/users'));

    expect(response.data).toEqual({ id: 1 });
    expect(mock.history.get).toHaveLength(4);
    expect(reportOf(response)).toMatchObject({ attempts: 4, key: 'http://mocked.invalid' });
  });

  test('matches headers and body on every attempt', async () => {
    const { api, clock, mock } = mocked();
    const headers = expect.objectContaining({ 'X-Own': 'yes', 'Content-Type': 'application/json' });
    mock.onPut('/users', { a: 1 }, { headers } as never).replyOnce(503);
    mock.onPut('/users', { a: 1 }, { headers } as never).replyOnce(204);

    const response = await drive(clock, api.put('/users', { a: 1 }, { headers: { 'X-Own': 'yes' } }));

    expect(response.status).toBe(204);
  });

  test('may answer with headers in any case', async () => {
    const { api, clock, mock } = mocked();
    mock.onGet('/users').replyOnce(503, '', { 'RETRY-after': '3' }).onGet('/users').reply(200);

    await drive(clock, api.get('/users'));

    expect(clock.now()).toBe(3_000);
  });

  test('leaves no trace when it is restored', async () => {
    const { api, clock, mock, policy } = mocked();
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    mock.onGet('/').reply(200);
    await api.get('/');

    mock.restore();
    await drive(clock, api.get(url));

    expect(requests).toHaveLength(2);
    expect(policy.snapshot().totals).toMatchObject({ calls: 2, attempts: 3 });
  });

  test('may let a request pass', async () => {
    const { api, clock, mock } = mocked();
    const { url, requests } = await serve({ status: 503 }, { status: 200 });
    mock.onAny().passThrough();

    const response = await drive(clock, api.get(url));

    expect(response.status).toBe(200);
    expect(requests).toHaveLength(2);
  });
});

describe.each(['http', 'fetch'] as const)('nock, with the %s adapter', (adapter) => {
  afterEach(() => nock.cleanAll());
  afterAll(() => nock.restore());

  test('sees the same request on every attempt', async () => {
    if (!nock.isActive()) nock.activate();
    const { policy, clock } = steadyPolicy();
    const api = axios.create({ baseURL: 'http://nocked.invalid', adapter });
    attachResilience(api, policy);
    const expectRequest = () =>
      nock('http://nocked.invalid', { reqheaders: { 'x-own': 'yes', 'content-type': 'application/json' } })
        .put('/orders', { a: 1 })
        .query({ q: 'x' });
    const scopes = [
      expectRequest().reply(503),
      expectRequest().replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' })),
      expectRequest().reply(200, { id: 1 }),
    ];

    const { data } = await drive(
      clock,
      api.put('/orders', { a: 1 }, { params: { q: 'x' }, headers: { 'X-Own': 'yes' } }),
    );

    expect(data).toEqual({ id: 1 });
    expect(scopes.map((scope) => scope.isDone())).toEqual([true, true, true]);
  });

  test('fails a request to an unknown host at once, and nothing counts as a failure', async () => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
    const { policy } = steadyPolicy();
    const api = axios.create({ baseURL: 'http://unmocked.invalid', adapter });
    attachResilience(api, policy);

    const error = await errorOf(api.get('/'));
    nock.enableNetConnect();

    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
    const { breaker } = policy.snapshot().keys['http://unmocked.invalid'] ?? {};
    expect(breaker?.counts).toMatchObject({ failures: 0 });
  });

  test('is called once for a POST, whatever the agent', async () => {
    if (!nock.isActive()) nock.activate();
    const { policy, clock } = steadyPolicy();
    const httpAgent = new HttpsProxyAgent('http://proxy.invalid');
    const api = axios.create({ baseURL: 'http://nocked.invalid', adapter, httpAgent });
    attachResilience(api, policy);
    nock('http://nocked.invalid').post('/orders').reply(503);

    const error = await errorOf(drive(clock, api.post('/orders', { a: 1 })));

    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
  });
});
