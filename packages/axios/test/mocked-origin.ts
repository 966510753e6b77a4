import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { AxiosError, AxiosInstance } from 'axios';
import nock from 'nock';

export const ORIGIN = 'http://example.com';

/** Error of a request that never got through. */
export function networkError(code = 'ECONNRESET'): Error {
  return Object.assign(new Error('Some connection error'), { code });
}

/** Lets nock answer for the tests of a file; whatever it does not know fails. */
export function mockTheNetwork(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    nock.abortPendingRequests();
    nock.cleanAll();
  });
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

/**
 * Sets up one answer after the other, the way the tests of axios-retry do: by a response interceptor that was there
 * before, and so sees every attempt.
 */
export function setUpAnswers(client: AxiosInstance, ...answers: (() => void)[]): void {
  const next = (): void => answers.shift()?.();
  client.interceptors.response.use(
    (response) => {
      next();
      return response;
    },
    (error) => {
      next();
      return Promise.reject(error);
    },
  );
  next();
}

/** The error that a request ends with. */
export async function failureOf(request: Promise<unknown>): Promise<AxiosError> {
  try {
    await request;
  } catch (error) {
    return error as AxiosError;
  }
  throw new Error('the request succeeded');
}
