import { afterEach, jest } from '@jest/globals';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import nock from 'nock';
import * as original from 'retry-axios';
import * as dropIn from '../../src/retry-axios.js';
import { networkError, ORIGIN } from '../mocked-origin.js';

/** The library, and the drop-in that replaces it. Each behaves as these tests say. */
export const libraries = [
  ['retry-axios', original],
  ['the drop-in', dropIn],
] as const;

/** Answer to a request to the root: a status, or the code of an error. */
export type Reply =
  | number
  | string
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> };

export function replies(method: string, ...script: Reply[]): void {
  for (const reply of script) {
    const interceptor = nock(ORIGIN).intercept('/', method.toUpperCase());
    if (typeof reply === 'string') interceptor.replyWithError(networkError(reply));
    else if (typeof reply === 'number') interceptor.reply(reply, reply < 400 ? 'toast' : '');
    else interceptor.reply(reply.status, reply.body, reply.headers);
  }
}

/** Instances with retries, which end with their test. */
export interface Clients {
  /** Returns an instance with retries, and no waiting unless its options ask for it. */
  client(raxConfig?: dropIn.RetryConfig, config?: AxiosRequestConfig): AxiosInstance;
  /** Functions that are called after the test. */
  readonly undo: (() => void)[];
}

/** Gives the tests of a suite instances with the retries of a library. */
export function clientsOf(rax: (typeof libraries)[number][1]): Clients {
  const undo: (() => void)[] = [];
  afterEach(() => {
    for (const take of undo.splice(0)) take();
    jest.restoreAllMocks();
  });
  return {
    undo,
    client(raxConfig = {}, config = {}) {
      const instance = axios.create({ baseURL: ORIGIN, ...config } as object);
      instance.defaults.raxConfig = { backoffType: 'static', retryDelay: 0, ...raxConfig };
      const id = rax.attach(instance);
      undo.push(() => rax.detach(id, instance));
      return instance;
    },
  };
}
