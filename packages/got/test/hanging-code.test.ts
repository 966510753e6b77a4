import { once } from 'node:events';
import { isAttemptTimeout, reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import { HTTPError, RequestError } from 'got';
import { type Step, stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, setup, until } from './setup.js';

afterEach(stopServers);

/** Code of the user's that never comes to an end, and what has called it. */
function hanging(): { readonly hook: () => Promise<never>; readonly isCalled: () => boolean } {
  let isCalled = false;
  const hook = (): Promise<never> => {
    isCalled = true;
    return new Promise(() => {});
  };
  return { hook, isCalled: () => isCalled };
}

/** Every place at which got waits for the user's code, and the server's behaviour before it gets there. */
const places = [
  ['beforeRequest', 200, (hook: () => Promise<never>) => ({ hooks: { beforeRequest: [hook] } })],
  ['beforeAttempt', 200, (hook: () => Promise<never>) => ({ context: { resilience: { beforeAttempt: hook } } })],
  ['afterResponse', 200, (hook: () => Promise<never>) => ({ hooks: { afterResponse: [hook] } })],
  ['beforeRedirect', redirect('/next'), (hook: () => Promise<never>) => ({ hooks: { beforeRedirect: [hook] } })],
  ['beforeRetry', 503, (hook: () => Promise<never>) => ({ hooks: { beforeRetry: [hook] } })],
  ['calculateDelay', 503, (hook: () => Promise<never>) => ({ retry: { calculateDelay: hook } })],
  ['beforeError', 404, (hook: () => Promise<never>) => ({ hooks: { beforeError: [hook] } })],
] as const;

function redirect(location: string): Step {
  return { status: 302, headers: { location } };
}

describe('user code that hangs', () => {
  test.each(places)('totalMs ends a call that hangs in %s', async (_, step, options) => {
    const server = await TestServer.start(step);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();

    const failure = failureOf(client.extend(options(hook))(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    const hadAnswer = step === 503 || step === 404;
    expect(error.code).toBe(hadAnswer ? 'ERR_NON_2XX_3XX_RESPONSE' : 'ERR_DEADLINE_EXCEEDED');
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline', elapsedMs: 300 });
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test.each(places)('totalMs ends a stream that hangs in %s', async (place, step, options) => {
    // With streams there is no afterResponse.
    if (place === 'afterResponse') return;
    const server = await TestServer.start(step);
    const { client, policy, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();

    const stream = client.extend(options(hook)).stream(server.url);
    stream.once('retry', () => {});
    const failure = once(stream, 'error');
    await until(isCalled);
    await clock.advance(300);
    const [error] = await failure;

    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline', elapsedMs: 300 });
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['a hook before a retry', places[0]],
    ['a beforeAttempt before a retry', places[1]],
  ])('totalMs gives the caller an earlier answer: %s', async (_, [, , options]) => {
    const server = await TestServer.start(503);
    const { client, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();
    let calls = 0;
    const hangsAgain = (): Promise<never> | undefined => (calls++ === 0 ? undefined : hook());

    const failure = failureOf(client.extend(options(hangsAgain as () => Promise<never>))(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    expect(error).toBeInstanceOf(HTTPError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'deadline' });
    expect(server.hits).toBe(1);
  });

  test('totalMs ends the call if several hooks share it', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { totalMs: 300 } });
    const { hook, isCalled } = hanging();
    const quick = async (): Promise<void> => {};

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [quick, () => {}, hook, quick] } })(server.url));
    await until(isCalled);
    await clock.advance(300);

    expect(await failure).toMatchObject({ code: 'ERR_DEADLINE_EXCEEDED', key: server.url });
    expect(server.hits).toBe(0);
  });

  test('attemptMs ends a call whose beforeRequest hook hangs, and counts against no server', async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { attemptMs: 300 } });
    const { hook, isCalled } = hanging();

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [hook] } })(server.url));
    await until(isCalled);
    await clock.advance(300);
    const error = await failure;

    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT', key: server.url });
    expect(isAttemptTimeout(error)).toBe(true);
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { consecutiveFailures: 0 } });
    expect(server.hits).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('attemptMs is the limit of all beforeRequest hooks together', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { attemptMs: 300 } });
    const slow = (): Promise<void> => new Promise((resolve) => void clock.schedule(resolve, 200));

    const failure = failureOf(client.extend({ hooks: { beforeRequest: [slow, slow] } })(server.url));
    await until(() => clock.pending > 1);
    await clock.advance(200);
    await until(() => clock.pending > 1);
    await clock.advance(100);

    expect(await failure).toMatchObject({ code: 'ERR_ATTEMPT_TIMEOUT' });
    expect(server.hits).toBe(0);
  });

  test('attemptMs ends a beforeAttempt that hangs, and the next attempt may succeed', async () => {
    const server = await TestServer.start(200);
    const { client, policy, clock } = setup({ timeouts: { attemptMs: 300 } });
    const { hook, isCalled } = hanging();
    const beforeAttempt = (_: unknown, attempt: number) => (attempt === 1 ? hook() : undefined);

    const promise = client(server.url, { context: { resilience: { beforeAttempt } } });
    await until(isCalled);
    await clock.advance(300);
    const response = await promise;

    expect(reportOf(response)).toMatchObject({ attempts: 2, stopReason: 'success' });
    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('a hook that ends in time has its effect, and a late one is ignored', async () => {
    const server = await TestServer.start(200);
    const { client, clock } = setup({ timeouts: { attemptMs: 300, totalMs: 300 } });
    const sign = async (options: { headers: Record<string, string | string[] | undefined> }): Promise<void> => {
      await Promise.resolve();
      options.headers['x-signed'] = 'yes';
    };
    let fail = (_: Error): void => {};
    const late = (): Promise<never> =>
      new Promise((_, reject) => {
        fail = reject;
      });

    await client.extend({ hooks: { beforeRequest: [sign] } })(server.url);
    const failure = failureOf(client.extend({ hooks: { beforeRequest: [late] } })(server.url));
    await until(() => clock.pending > 0);
    await clock.advance(300);
    const error = await failure;
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));

    expect(server.requests[0]?.headers['x-signed']).toBe('yes');
    expect(error.code).toMatch(/^ERR_(DEADLINE_EXCEEDED|ATTEMPT_TIMEOUT)$/);
    expect(server.hits).toBe(1);
  });

  test('a hook that fails in time ends the call with its own error', async () => {
    const server = await TestServer.start(200);
    const { client } = setup({ timeouts: { totalMs: 300 } });
    const failing = async (): Promise<never> => {
      throw new Error('no token');
    };

    const error = await failureOf(client.extend({ hooks: { beforeRequest: [failing] } })(server.url));

    expect(error.message).toBe('no token');
    expect(server.hits).toBe(0);
  });
});
