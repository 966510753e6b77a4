import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import { scene } from './set-up.js';

const native = globalThis.AbortController;
beforeEach(() => {
  // As in React Native: the signals of `AbortController` tell no reason.
  globalThis.AbortController = class ReasonlessController extends native {
    constructor() {
      super();
      Object.defineProperty(this.signal, 'reason', { value: undefined });
    }
  };
});
afterEach(() => {
  globalThis.AbortController = native;
});

const hangs = { adapter: () => new Promise<never>(() => {}) };

describe('on a host whose signals have no reason', () => {
  test('a timeout of the policy has its own error', async () => {
    const { api, clock } = await scene(hangs, { retry: { maxRetries: 0 }, timeouts: { attemptMs: 50 } });

    expect(await errorOf(drive(clock, api.get('/')))).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
  });

  test('what `beforeAttempt` throws ends the call', async () => {
    const { api, clock } = await scene(hangs, {});
    const beforeAttempt = () => Promise.reject(new Error('no token'));

    const error = await errorOf(drive(clock, api.get('/', { resilience: { beforeAttempt } })));

    expect(error.message).toBe('no token');
  });

  test('a cancel token ends a wait with its own reason, and there is a report', async () => {
    const { api, clock } = await scene({}, {}, { status: 503, body: '' });
    const source = axios.CancelToken.source();

    const failed = errorOf(api.get('/', { cancelToken: source.token }));
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    source.cancel('enough');

    const error = await failed;
    expect(error).toMatchObject({ code: 'ERR_CANCELED', message: 'enough' });
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
  });
});
