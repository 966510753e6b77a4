import axios, { type AxiosInstance } from 'axios';
import original from 'axios-retry';
import nock from 'nock';
import dropIn, { type IAxiosRetryConfigExtended } from '../../src/axios-retry.js';
import { networkError, ORIGIN, setUpAnswers } from '../mocked-origin.js';

/** Both libraries, since the drop-in passes the same tests as axios-retry. */
export const libraries = [
  ['axios-retry', original],
  ['the drop-in', dropIn],
] as const;

export const get = () => nock(ORIGIN).get('/test');
export const post = () => nock(ORIGIN).post('/test');
export const fails = (code?: string) => () => void get().replyWithError(networkError(code));
export const answers =
  (status: number, body = '', headers: Record<string, string> = {}) =>
  () =>
    void get().reply(status, body, headers);
export const works = answers(200, 'It worked!');

/** Returns the state that the library keeps in the config of a response or an error. */
export const stateOf = (carrier: { readonly config?: unknown } | undefined) =>
  (carrier?.config as { 'axios-retry'?: IAxiosRetryConfigExtended } | undefined)?.['axios-retry'];

/** Returns an instance whose requests are answered in this order. */
export function client(...replies: (() => void)[]): AxiosInstance {
  const instance = axios.create({ baseURL: ORIGIN });
  setUpAnswers(instance, ...replies);
  return instance;
}
