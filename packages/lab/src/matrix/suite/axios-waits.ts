import assert from 'node:assert/strict';
import { type AxiosBehaviour, scene } from './axios-parts.js';
import { awaited } from './clock.js';
import { failureOf } from './failure.js';

const throttled = { status: 429, headers: { 'retry-after': '2' }, body: '{}' };
const openAfterTwo = { consecutiveFailures: 2, openMs: 1_000 };

/** Retry-After, cool-downs and the breaker. */
export const axiosWaits: readonly AxiosBehaviour[] = [
  {
    name: 'a hint in milliseconds is waited for in real time',
    async run(parts, stage) {
      const busy = { status: 503, headers: { 'retry-after-ms': '20' } };
      const { api } = await scene(parts, stage, {}, {}, busy, 200);
      const report = parts.breakwater.reportOf(await api.get('/'));
      assert.equal(report?.attempts, 2);
      const [delayMs = 0] = report?.delaysMs ?? [];
      assert.ok(delayMs >= 20, `waited ${delayMs} ms`);
    },
  },
  {
    name: 'Retry-After is obeyed to the millisecond',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const { api, requests } = await scene(parts, stage, {}, { clock, random: () => 0 }, throttled, 200);
      const call = api.get('/');
      await awaited(clock);
      await clock.advance(1_999);
      assert.equal(requests.length, 1);
      await clock.advance(1);
      assert.equal((await call).status, 200);
      assert.equal(requests.length, 2);
      assert.equal(clock.pending, 0);
    },
  },
  {
    name: 'Retry-After holds the other calls of that origin once a second call is told so',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const options = { clock, random: () => 0, retry: { maxRetries: 0 } };
      const { api, requests } = await scene(parts, stage, {}, options, throttled, throttled, 200);
      await failureOf(api.get('/'));
      await clock.advance(2_000);
      await failureOf(api.get('/second'));
      const other = api.get('/other');
      await awaited(clock);
      assert.equal(requests.length, 2);
      await clock.advance(2_000);
      assert.equal((await other).status, 200);
    },
  },
  {
    name: 'a hint that nobody can wait for ends the call at once',
    async run(parts, stage) {
      const closed = { status: 503, headers: { 'retry-after': '3000000' } };
      const clock = new parts.testing.ManualClock();
      const { api, requests } = await scene(parts, stage, {}, { clock }, closed);
      const error = await failureOf(api.get('/'));
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'retry-after');
      await clock.advance(2_000);
      await failureOf(api.get('/'));
      const refused = await failureOf(api.get('/'));
      assert.equal(refused.code, 'ERR_COOL_DOWN');
      assert.equal(parts.breakwater.isCoolDown(refused), true);
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'an open circuit refuses with an AxiosError that says so',
    async run(parts, stage) {
      const options = { retry: false, breaker: openAfterTwo } as const;
      const { api, requests, server } = await scene(parts, stage, {}, options, 503);
      await failureOf(api.get('/'));
      await failureOf(api.get('/'));
      const error = await failureOf(api.get('/refused'));
      assert.equal(requests.length, 2);
      assert.equal(parts.axios.isAxiosError(error), true);
      assert.equal(error.isAxiosError, true);
      assert.equal(error.code, 'ERR_CIRCUIT_OPEN');
      assert.equal(error.key, server.url);
      assert.equal(typeof error.retryAfterMs, 'number');
      assert.equal((error.config as { url: string }).url, '/refused');
      assert.equal(parts.breakwater.isCircuitOpen(error), true);
      assert.equal(parts.breakwater.isResilienceError(error), true);
      assert.equal(parts.core.isCircuitOpen(error), true);
    },
  },
  {
    name: 'a breaker that opens in mid-call ends the retries with the last answer',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, { breaker: openAfterTwo }, 503);
      const error = await failureOf(api.get('/'));
      assert.equal((error.response as { status: number }).status, 503);
      assert.equal(requests.length, 2);
      assert.equal(parts.breakwater.reportOf(error)?.stopReason, 'circuit-open');
    },
  },
  {
    name: 'a probe that is answered closes the circuit',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const breaker = { ...openAfterTwo, successesToClose: 1 };
      const options = { clock, random: () => 0, retry: false, breaker } as const;
      const { api, policy, server } = await scene(parts, stage, {}, options, 503, 503, 200);
      await failureOf(api.get('/'));
      await failureOf(api.get('/'));
      assert.equal(policy.breaker(server.url).state, 'open');
      await clock.advance(1_000);
      assert.equal((await api.get('/')).status, 200);
      assert.equal(policy.breaker(server.url).state, 'closed');
    },
  },
];
