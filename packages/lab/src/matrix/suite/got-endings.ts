import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { awaited } from './clock.js';
import { failureOf } from './failure.js';
import { type GotBehaviour, type GotParts, scene } from './got-parts.js';

const throttled = { status: 429, headers: { 'retry-after': '2' }, body: '{}' };

function lacksSignal({ got }: GotParts): string | undefined {
  return 'signal' in got.defaults.options ? undefined : 'this release takes no signal';
}

function lacksCancel({ names }: GotParts): string | undefined {
  return names.CancelError === undefined ? 'this release has no cancel()' : undefined;
}

/** Refusals, waits and early ends of a call. */
export const gotEndings: readonly GotBehaviour[] = [
  {
    name: 'a hint in milliseconds is waited for in real time',
    async run(parts, stage) {
      const busy = { status: 503, headers: { 'retry-after-ms': '20' } };
      const { client, url } = await scene(parts, stage, {}, busy, 200);
      const report = parts.breakwater.reportOf(await client(url));
      assert.equal(report?.attempts, 2);
      const [delayMs = 0] = report?.delaysMs ?? [];
      assert.ok(delayMs >= 20, `waited ${delayMs} ms`);
    },
  },
  {
    name: 'Retry-After holds the other calls of that origin once a second call is told so',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const options = { clock, random: () => 0, retry: { maxRetries: 0 } };
      const { client, requests, url } = await scene(parts, stage, options, throttled, throttled, 200);
      await failureOf(client(url));
      await clock.advance(2_000);
      await failureOf(client(url));
      const other = client(url);
      await awaited(clock);
      await clock.advance(1_999);
      assert.equal(requests.length, 2);
      await clock.advance(1);
      assert.equal((await other).statusCode, 200);
    },
  },
  {
    name: 'an open circuit refuses with a RequestError that says so',
    async run(parts, stage) {
      const options = { retry: false, breaker: { consecutiveFailures: 1 } } as const;
      const { client, requests, url } = await scene(parts, stage, options, 503);
      await failureOf(client(url));
      const error = await failureOf(client(url));
      assert.equal(requests.length, 1);
      assert.ok(error instanceof (parts.names.RequestError as new () => Error));
      assert.equal(error.code, 'ERR_CIRCUIT_OPEN');
      assert.equal(error.key, url);
      assert.equal(typeof error.retryAfterMs, 'number');
      assert.equal(parts.breakwater.isCircuitOpen(error), true);
      assert.equal(parts.breakwater.isResilienceError(error), true);
      assert.equal((await failureOf(client(url).json())).code, 'ERR_CIRCUIT_OPEN');
    },
  },
  {
    name: 'a probe that is answered closes the circuit',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const breaker = { consecutiveFailures: 1, openMs: 1_000, successesToClose: 1 };
      const options = { clock, random: () => 0, retry: false, breaker } as const;
      const { client, policy, url } = await scene(parts, stage, options, 503, 200);
      await failureOf(client(url));
      assert.equal(policy.breaker(url).state, 'open');
      await clock.advance(1_000);
      assert.equal((await client(url)).statusCode, 200);
      assert.equal(policy.breaker(url).state, 'closed');
    },
  },
  {
    name: 'cancel() ends a call under way, and counts for nothing',
    lacks: lacksCancel,
    async run(parts, stage) {
      const { client, policy, server, url } = await scene(parts, stage, {}, 'silence');
      const promise = client(url);
      const call = failureOf(promise);
      await server.reached(1);
      (promise as unknown as { cancel(): void }).cancel();
      assert.equal((await call).name, 'CancelError');
      const { inFlight, breaker } = policy.snapshot().keys[url] ?? {};
      assert.deepEqual([inFlight, breaker?.counts.failures], [0, 0]);
      assert.equal(server.requests.length, 1);
    },
  },
  {
    name: 'a signal ends a call under way, and counts for nothing',
    lacks: lacksSignal,
    async run(parts, stage) {
      const { client, policy, server, url } = await scene(parts, stage, {}, 'silence');
      const controller = new AbortController();
      const call = failureOf(client(url, { signal: controller.signal }));
      await server.reached(1);
      controller.abort();
      assert.equal((await call).name, 'AbortError');
      const { inFlight, breaker } = policy.snapshot().keys[url] ?? {};
      assert.deepEqual([inFlight, breaker?.counts.failures], [0, 0]);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    },
  },
  {
    name: "got's timeout holds for each attempt",
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 'silence', 200);
      assert.equal((await client(url, { timeout: { response: 400 } })).statusCode, 200);
      assert.ok(requests.length > 1);
    },
  },
  {
    name: "the policy's attemptMs ends an attempt, its totalMs the call",
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, { timeouts: { attemptMs: 400 } }, 'silence', 200);
      assert.equal((await client(url)).statusCode, 200);
      assert.ok(requests.length > 1);
      const { client: slow, url: there } = await scene(parts, stage, { timeouts: { totalMs: 60 } }, 'silence');
      const error = await failureOf(slow(there));
      assert.equal(error.code, 'ERR_DEADLINE_EXCEEDED');
      assert.equal(parts.breakwater.isDeadlineExceeded(error), true);
    },
  },
];
