import { attachResilience } from '@breakwater/axios';
import axios, { type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import * as retryAxios from 'retry-axios';
import { callLoop } from './call-loop.js';
import { AGAIN, type Group, type Section } from './group.js';
import { measure } from './measure.js';

const BODY = { id: 17, name: 'breakwater', tags: ['a', 'b', 'c'], nested: { on: true } };

/** A request that succeeds, over an adapter that does nothing: what a library adds to axios itself. */
export const axiosCalls: Section = async (effort) => {
  const kinds: readonly [name: string, send: (instance: AxiosInstance) => Promise<unknown>][] = [
    ['GET', (instance) => instance.get('/orders/1')],
    ['POST with a JSON body', (instance) => instance.post('/orders', BODY)],
  ];
  const groups: Group[] = [];
  for (const [name, send] of kinds) {
    const cases = instances().map(([library, instance]) => ({
      name: library,
      run: callLoop(() => send(instance)),
    }));
    const samples = await measure(cases, effort, { rounds: 100, batch: 500 });
    groups.push({
      name: `axios: ${name}`,
      unit: 'ns',
      reading: 'share',
      base: 'bare',
      ours: 'breakwater',
      cases: samples,
    });
  }
  return groups;
};

function instances(): [library: string, instance: AxiosInstance][] {
  const ours = nullInstance();
  attachResilience(ours);
  const withAxiosRetry = nullInstance();
  axiosRetry(withAxiosRetry, { retries: 3 });
  const withRetryAxios = nullInstance();
  withRetryAxios.defaults.raxConfig = {};
  retryAxios.attach(withRetryAxios);
  return [
    ['bare', nullInstance()],
    [AGAIN, nullInstance()],
    ['breakwater', ours],
    ['axios-retry', withAxiosRetry],
    ['retry-axios', withRetryAxios],
  ];
}

function nullInstance(): AxiosInstance {
  return axios.create({
    baseURL: 'http://api.example.com',
    adapter: async (config) => ({
      data: '{"ok":true}',
      status: 200,
      statusText: 'OK',
      headers: { 'content-type': 'application/json', 'content-length': '11' },
      config,
    }),
  });
}
