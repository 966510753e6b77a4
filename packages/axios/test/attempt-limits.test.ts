import { expect, test } from '@jest/globals';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import { scene } from './set-up.js';

test('a signal that beforeAttempt puts on its attempt ends that attempt, and a retry follows', async () => {
  const limits: AbortController[] = [];
  const { api, clock, origin } = await scene({}, {}, 'silence', { status: 200 });
  const call = api.get('/', {
    resilience: {
      beforeAttempt(config) {
        const limit = new AbortController();
        limits.push(limit);
        config.signal = limit.signal;
      },
    },
  });
  await origin.reached(1);
  limits[0]?.abort(new DOMException('timed out', 'TimeoutError'));

  const response = await drive(clock, call);

  expect(response.status).toBe(200);
  expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
});

test("such a signal is the attempt's failure for the breaker too, as a timeout", async () => {
  const { api, origin, policy, url } = await scene({}, { retry: false }, 'silence');
  const limit = new AbortController();
  const call = errorOf(
    api.get('/', {
      resilience: {
        beforeAttempt(config) {
          config.signal = limit.signal;
        },
      },
    }),
  );
  await origin.reached(1);
  limit.abort(new DOMException('timed out', 'TimeoutError'));

  expect(await call).toMatchObject({ isAxiosError: true, code: 'ETIMEDOUT' });
  expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ calls: 1, failures: 1 });
});

test("the caller's cancel goes before such a signal", async () => {
  const { api, origin, policy, url } = await scene({}, {}, 'silence');
  const caller = new AbortController();
  const call = errorOf(
    api.get('/', {
      signal: caller.signal,
      resilience: {
        beforeAttempt(config) {
          config.signal = AbortSignal.timeout(60_000);
        },
      },
    }),
  );
  await origin.reached(1);
  caller.abort();

  expect(await call).toMatchObject({ code: 'ERR_CANCELED' });
  expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ calls: 0 });
});
