import { describe, expect, jest, test } from '@jest/globals';
import axios, { AxiosError } from 'axios';
import { DEFAULT_OPTIONS as originalDefaults } from 'axios-retry';
import nock from 'nock';
import { DEFAULT_OPTIONS } from '../../src/axios-retry.js';
import { failureOf, mockTheNetwork, networkError, ORIGIN, setUpAnswers } from '../mocked-origin.js';
import { answers, client, fails, libraries, post, stateOf, works } from './both-libraries.js';

mockTheNetwork();

describe.each(libraries)('%s', (_, axiosRetry) => {
  describe('with a good answer', () => {
    test('resolves with it', async () => {
      const api = client(works);
      axiosRetry(api, { retries: 0 });

      expect(await api.get('/test')).toMatchObject({ status: 200, data: 'It worked!' });
    });

    test('puts the state into the config of the response', async () => {
      const api = client(fails(), works);
      axiosRetry(api);

      const response = await api.get('/test');

      expect(stateOf(response)).toMatchObject({ retries: 3, retryCount: 1, lastRequestTime: expect.any(Number) });
    });
  });

  describe('retries, retryCondition', () => {
    test('calls retryCondition with the error', async () => {
      const api = client(fails(), works);
      const retryCondition = jest.fn<(error: AxiosError) => boolean>(() => false);
      axiosRetry(api, { retries: 1, retryCondition });

      const error = await failureOf(api.get('/test'));

      expect(retryCondition.mock.calls).toEqual([[error]]);
      expect(error).toMatchObject({ isAxiosError: true, code: 'ECONNRESET' });
    });

    test('passes a parsed answer to retryCondition, retryDelay and onRetry', async () => {
      const seen: unknown[] = [];
      const see = (error: AxiosError) => void seen.push(error.response?.data);
      const api = client(answers(503, '{"code":7}'), answers(503, '{"code":8}'), works);
      axiosRetry(api, {
        retryCondition: (error) => {
          see(error);
          return true;
        },
        retryDelay: (_count, error) => {
          see(error);
          return 0;
        },
        onRetry: (_count, error) => see(error),
      });

      await api.get('/test');

      expect(seen).toEqual([...Array(3).fill({ code: 7 }), ...Array(3).fill({ code: 8 })]);
    });

    test('resolves with the answer of the retry', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      expect((await api.get('/test')).status).toBe(200);
    });

    test('parses the answer of a retry', async () => {
      const api = client(fails(), answers(200, '{"a":1}'));
      axiosRetry(api);

      const response = await api.get('/test');

      expect(response.data).toEqual({ a: 1 });
      expect(response.headers).toBeInstanceOf(axios.AxiosHeaders);
    });

    test('transforms the body once', async () => {
      const bodies: unknown[] = [];
      const note = (body: unknown) => {
        bodies.push(body);
        return true;
      };
      const instance = axios.create({
        baseURL: ORIGIN,
        transformRequest: [(data: { a: string }) => JSON.stringify({ ...data, times: 'once' }), (data) => `${data}!`],
      });
      setUpAnswers(
        instance,
        () => void nock(ORIGIN).post('/test', note).replyWithError(networkError()),
        () => void nock(ORIGIN).post('/test', note).reply(200),
      );
      axiosRetry(instance, { retries: 1, retryCondition: () => true });

      await instance.post('/test', { a: 'b' }, { headers: { 'content-type': 'text/plain' } });

      expect(bodies).toEqual(Array(2).fill('{"a":"b","times":"once"}!'));
    });

    test('sends the same headers again', async () => {
      const sent: Record<string, unknown>[] = [];
      const reply = (status: number) => () =>
        void post().reply(function () {
          sent.push(this.req.headers);
          return [status, ''];
        });
      const api = client(reply(503), reply(503), reply(200));
      axiosRetry(api, { retryCondition: () => true });

      await api.post('/test', { a: 1 }, { headers: { 'X-Own': 'yes' }, auth: { username: 'u', password: 'p' } });

      expect(sent).toHaveLength(3);
      expect(sent[0]).toMatchObject({ 'x-own': 'yes', 'content-length': '7', 'content-type': 'application/json' });
      expect(sent[0]).toHaveProperty('authorization');
      expect(sent[1]).toEqual(sent[0]);
      expect(sent[2]).toEqual(sent[0]);
    });

    test('sends the same query again', async () => {
      const paths: string[] = [];
      const reply = (status: number) => () =>
        void nock(ORIGIN)
          .get('/test')
          .query({ a: 1 })
          .reply((uri) => {
            paths.push(uri);
            return [status];
          });
      const api = client(reply(500), reply(500), reply(200));
      axiosRetry(api);

      await api.get('/test', { params: { a: 1 } });

      expect(paths).toEqual(Array(3).fill('/test?a=1'));
    });

    test.each([[0], [-1]])('rejects with the error of the request with retries: %d', async (retries) => {
      const api = client(fails(), works);
      axiosRetry(api, { retries, retryCondition: () => true });

      expect(await failureOf(api.get('/test'))).toMatchObject({ code: 'ECONNRESET' });
    });

    test('rejects with the last error when there are more errors than retries', async () => {
      const api = client(fails(), fails('ECONNREFUSED'), works);
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      const error = await failureOf(api.get('/test'));

      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      expect(stateOf(error)?.retryCount).toBe(1);
    });

    test('rejects with the last answer', async () => {
      const api = client(answers(500), answers(502), answers(503, '{"a":1}'), answers(504));
      axiosRetry(api, { retries: 2 });

      const error = await failureOf(api.get('/test'));

      expect(error).toMatchObject({
        message: 'Request failed with status code 503',
        code: 'ERR_BAD_RESPONSE',
        response: { status: 503, data: { a: 1 } },
      });
      expect(error.response?.config).toBe(error.config);
    });

    test('does not retry if the condition returns false', async () => {
      const api = client(fails(), works);
      axiosRetry(api, { retries: 1, retryCondition: () => false });

      expect(await failureOf(api.get('/test'))).toMatchObject({ code: 'ECONNRESET' });
    });

    test('does not retry when an earlier interceptor rejects with an error that has no config', async () => {
      const api = client(fails(), works);
      const own = new Error('of my own');
      api.interceptors.response.use(null, () => Promise.reject(own));
      axiosRetry(api, { retries: 1, retryCondition: () => true });

      expect(await failureOf(api.get('/test'))).toBe(own);
    });

    test('retries an answer that an earlier interceptor turned into a failure', async () => {
      const api = client(answers(200, '{"failed":true}'), answers(200, '{"failed":false}'));
      api.interceptors.response.use((response) => {
        if (!response.data.failed) return response;
        throw new AxiosError('failed after all', 'E_OWN', response.config, response.request, response);
      });
      axiosRetry(api, { retryCondition: ({ code }) => code === 'E_OWN' });

      expect((await api.get('/test')).data).toEqual({ failed: false });
    });

    test('lets an earlier interceptor turn a failure into an answer', async () => {
      const api = client(fails(), fails(), works);
      let failures = 0;
      api.interceptors.response.use(null, (error) => {
        failures += 1;
        return failures === 2 ? { data: 'good enough' } : Promise.reject(error);
      });
      axiosRetry(api);

      expect((await api.get('/test')).data).toBe('good enough');
    });

    test.each<[string, () => Promise<boolean>, number]>([
      ['retries when the condition resolves with true', () => Promise.resolve(true), 200],
      [
        'retries when the condition resolves with what is not false',
        () => Promise.resolve(undefined as unknown as boolean),
        200,
      ],
      ['does not when it resolves with false', () => Promise.resolve(false), 500],
      ['does not when it rejects', () => Promise.reject(new Error('no idea')), 500],
    ])('%s', async (__, retryCondition, status) => {
      const api = client(answers(500), works);
      axiosRetry(api, { retries: 1, retryCondition });

      const response = await api.get('/test').catch((error: AxiosError) => error.response);

      expect(response?.status).toBe(status);
    });

    test('rejects with the error of a condition that throws', async () => {
      const api = client(fails(), works);
      axiosRetry(api, {
        retryCondition: () => {
          throw new Error('what a condition');
        },
      });

      expect(await failureOf(api.get('/test'))).toMatchObject({ message: 'what a condition' });
    });

    test.each<[string, number | string, string, number]>([
      ['a GET with a network error', 'ECONNRESET', 'get', 2],
      ['a POST with a network error', 'ECONNRESET', 'post', 2],
      ['a GET that found no host', 'ENOTFOUND', 'get', 2],
      ['not a POST that found no host', 'ENOTFOUND', 'post', 1],
      ['a GET with 500', 500, 'get', 2],
      ['a GET with 429', 429, 'get', 2],
      ['a GET with 599', 599, 'get', 2],
      ['not a GET with 404', 404, 'get', 1],
      ['a HEAD with 503', 503, 'head', 2],
      ['an OPTIONS with 503', 503, 'options', 2],
      ['a PUT with 503', 503, 'put', 2],
      ['a DELETE with 503', 503, 'delete', 2],
      ['not a POST with 503', 503, 'post', 1],
      ['not a PATCH with 503', 503, 'patch', 1],
    ])('retries %s by default', async (__, failure, method, attempts) => {
      let seen = 0;
      const reply = () => {
        const interceptor = nock(ORIGIN).intercept('/test', method.toUpperCase());
        if (typeof failure === 'string') interceptor.replyWithError(networkError(failure));
        else interceptor.reply(failure);
      };
      const api = client(reply, reply);
      api.interceptors.response.use(null, (error) => {
        seen += 1;
        return Promise.reject(error);
      });
      axiosRetry(api, { retries: 1 });

      await failureOf(api.request({ url: '/test', method }));

      expect(seen).toBe(attempts);
    });
  });
});

test('the defaults are those of axios-retry', () => {
  const shape = (options: object) => Object.entries(options).map(([name, value]) => [name, typeof value, `${value}`]);
  const plain = ['retries', 'shouldResetTimeout', 'validateResponse'];
  const only = (options: object) => shape(options).filter(([name = '']) => plain.includes(name));

  expect(only(DEFAULT_OPTIONS)).toEqual(only(originalDefaults));
  expect(Object.keys(DEFAULT_OPTIONS).sort()).toEqual(Object.keys(originalDefaults).sort());
});
