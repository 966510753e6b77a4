import { getEventListeners } from 'node:events';
import { type BreakerStore, isCircuitOpen, memoryStore, reportOf } from '@breakwater/core';
import type { ProbeEnd, ProbeGrant } from '@breakwater/core/store';
import type { ManualClock } from '@breakwater/core/testing';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type CancelableRequest, TimeoutError } from 'got';
import { stopServers, TestServer } from './server.js';
import { callsUnderWay, failureOf, openAfterOne, setup, until } from './setup.js';

afterEach(stopServers);

describe('cancel and signal', () => {
  test('a cancelled attempt counts as neither success nor failure', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();

    const promise = client(server.url);
    await server.seen(1);
    promise.cancel();
    const error = await failureOf(promise);

    expect(error.name).toBe('CancelError');
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
  });

  test('an aborted attempt counts as neither success nor failure', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();
    const controller = new AbortController();

    const promise = client(server.url, { signal: controller.signal });
    await server.seen(1);
    controller.abort();
    const error = await failureOf(promise);

    expect(error.code).toBe('ERR_ABORTED');
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, breaker: { counts: { calls: 0 } } });
  });

  test('an abort by a timeout is the caller’s, and counts as a failure of the server', async () => {
    const server = await TestServer.start('stall');
    const { client, policy } = setup();

    const error = await failureOf(client(server.url, { signal: AbortSignal.timeout(20) }));

    expect(error).toBeInstanceOf(TimeoutError);
    expect(reportOf(error)).toMatchObject({ stopReason: 'cancelled' });
    expect(policy.snapshot().keys[server.url]?.breaker?.consecutiveFailures).toBe(1);
  });

  test('a signal that has fired already leaves no listener', async () => {
    const server = await TestServer.start(200);
    const { client, policy } = setup();

    const error = await failureOf(client(server.url, { signal: AbortSignal.abort() }));

    expect(error.code).toBe('ERR_ABORTED');
    expect(server.hits).toBe(0);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each(['cancel', 'abort'])('a %s ends the wait before a retry', async (how) => {
    const server = await TestServer.start(503);
    const { client, policy } = setup({ retry: { backoff: { kind: 'constant', baseMs: 20_000, jitter: 'none' } } });
    const controller = new AbortController();
    let isWaiting = false;
    policy.on('retry', () => {
      isWaiting = true;
    });

    const promise = client(server.url, { signal: controller.signal });
    await until(() => isWaiting);
    if (how === 'cancel') promise.cancel();
    else controller.abort();
    const error = await failureOf(promise);

    expect(server.hits).toBe(1);
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'cancelled' });
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each(['cancel', 'abort'])('a %s releases the permit of a probe', async (how) => {
    const server = await TestServer.start(503);
    const { client, policy, clock } = setup({ breaker: openAfterOne });
    await failureOf(client(server.url));
    await clock.advance(1_000);
    server.play('stall');
    const controller = new AbortController();

    const promise = client(server.url, { signal: controller.signal });
    await server.seen(2);
    expect(isCircuitOpen(await failureOf(client(server.url)))).toBe(true);
    if (how === 'cancel') promise.cancel();
    else controller.abort();
    await failureOf(promise);

    server.play(200);
    expect((await client(server.url)).statusCode).toBe(200);
    expect(callsUnderWay(policy)).toBe(0);
  });

  test.each([
    ['has been cancelled', 'CancelError', (promise: CancelableRequest) => promise.cancel()],
    ['is out of time', 'RequestError', (_: CancelableRequest, clock: ManualClock) => clock.advance(50)],
  ])('a probe that the fleet grants to a call that %s is returned unused', async (_, name, finish) => {
    const server = await TestServer.start(503);
    const memory = memoryStore();
    const ends: ProbeEnd[] = [];
    let grant = (_grant: ProbeGrant): void => {};
    const store: BreakerStore = {
      attach: (id, watcher, context) => ({
        ...memory.attach(id, watcher, context),
        detach: () => {},
        acquireProbe: () =>
          new Promise<ProbeGrant>((resolve) => {
            grant = resolve;
          }),
        probeEnded: (_token, end) => ends.push(end),
      }),
    };
    const { client, policy, clock } = setup({ breaker: openAfterOne, store, timeouts: { totalMs: 50 } });
    await failureOf(client(server.url));
    await clock.advance(1_000);

    const promise = client(server.url);
    const failure = failureOf(promise);
    await until(() => policy.breaker(server.url).state === 'half-open');
    await finish(promise, clock);
    grant({ granted: true, token: 'probe' });

    expect((await failure).name).toBe(name);
    await clock.settle();
    expect(ends).toEqual(['released']);
    expect(server.hits).toBe(1);
    expect(callsUnderWay(policy)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test.each(['cancel', 'abort'])('a %s ends the wait for a cool-down', async (how) => {
    const server = await TestServer.start({ status: 503, headers: { 'retry-after': '5' } });
    const { client, policy, clock } = setup({ retry: { maxRetries: 0 } });
    await failureOf(client(server.url));
    await clock.advance(2_000);
    await failureOf(client(server.url));
    const controller = new AbortController();

    const promise = client(server.url, { signal: controller.signal });
    await until(() => clock.pending > 0);
    if (how === 'cancel') promise.cancel();
    else controller.abort();
    await failureOf(promise);
    await clock.settle();

    expect(clock.pending).toBe(0);
    expect(server.hits).toBe(2);
    expect(policy.snapshot().keys[server.url]).toMatchObject({ inFlight: 0, coolDown: { waiting: 0 } });
  });

  test('the caller’s signal is left without listeners', async () => {
    const server = await TestServer.start(503, 200);
    const { client } = setup();
    const { signal } = new AbortController();

    await client(server.url, { signal });

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
