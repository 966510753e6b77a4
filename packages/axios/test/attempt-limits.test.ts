import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import { scene } from './set-up.js';

test('a signal that beforeAttempt sets on its attempt ends that attempt, and a retry follows', async () => {
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

test("such a signal counts as the attempt's failure for the breaker, like a timeout", async () => {
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

test("the caller's cancel takes precedence over such a signal", async () => {
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

describe.each(['http', 'fetch'])('with the %s adapter', (adapter) => {
  test('such a signal ends the wait for the headers of a streamed answer, and a retry follows', async () => {
    const limits: AbortController[] = [];
    const config = { adapter, responseType: 'stream' } as const;
    const { api, clock, origin } = await scene(config, {}, 'silence', { status: 200, body: 'whole' });
    const call = api.get('/', {
      resilience: {
        beforeAttempt(attempt) {
          const limit = new AbortController();
          limits.push(limit);
          attempt.signal = limit.signal;
        },
      },
    });
    await origin.reached(1);
    limits[0]?.abort(new DOMException('timed out', 'TimeoutError'));

    const response = await drive(clock, call);

    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
    let body = '';
    for await (const chunk of response.data) body += Buffer.from(chunk).toString();
    expect(body).toBe('whole');
  });

  test("such a signal and the caller's both end the body of a streamed answer", async () => {
    const begun = (response: ServerResponse): void => {
      response.writeHead(200).write('begun');
    };
    const { api } = await scene({ adapter, responseType: 'stream' }, {}, begun);
    for (const who of ['caller', 'attempt'] as const) {
      const controllers = { caller: new AbortController(), attempt: new AbortController() };
      const response = await api.get('/', {
        signal: controllers.caller.signal,
        resilience: {
          beforeAttempt(attempt) {
            attempt.signal = controllers.attempt.signal;
          },
        },
      });
      const read = errorOf(
        (async () => {
          for await (const _ of response.data) controllers[who].abort();
        })(),
      );
      expect(await read).toBeInstanceOf(Error);
    }
  });

  test('an attempt whose signal has fired already is not sent, and fails', async () => {
    const { api, policy, requests, url } = await scene({ adapter }, { retry: false }, { status: 200 });
    const call = api.get('/', {
      resilience: {
        beforeAttempt(attempt) {
          attempt.signal = AbortSignal.abort(new DOMException('timed out', 'TimeoutError'));
        },
      },
    });

    expect(await errorOf(call)).toMatchObject({ code: 'ETIMEDOUT' });
    expect(requests).toHaveLength(0);
    expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ failures: 1 });
  });
});
