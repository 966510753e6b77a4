import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type AxiosBehaviour, scene } from './axios-parts.js';
import { awaited } from './clock.js';
import { failureOf } from './failure.js';

/** Early ends of a call. */
export const axiosCancels: readonly AxiosBehaviour[] = [
  {
    name: 'a signal cancels a request under way',
    async run(parts, stage) {
      const { api, server, policy } = await scene(parts, stage, {}, {}, 'silence');
      const controller = new AbortController();
      const call = failureOf(api.get('/', { signal: controller.signal }));
      await server.reached(1);
      controller.abort();
      const error = await call;
      assert.equal(parts.axios.isCancel(error), true);
      assert.equal(error.code, 'ERR_CANCELED');
      assert.equal(server.requests.length, 1);
      const { inFlight, breaker } = policy.snapshot().keys[server.url] ?? {};
      assert.deepEqual([inFlight, breaker?.counts.failures], [0, 0]);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    },
  },
  {
    name: 'a signal cancels a wait, and leaves no timer behind',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const { api, server } = await scene(parts, stage, {}, { clock, random: () => 0 }, 503);
      const controller = new AbortController();
      const call = failureOf(api.get('/', { signal: controller.signal }));
      await awaited(clock);
      controller.abort();
      assert.equal(parts.axios.isCancel(await call), true);
      assert.equal(clock.pending, 0);
      assert.equal(server.requests.length, 1);
      assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    },
  },
  {
    name: 'a cancelToken cancels a request under way',
    async run(parts, stage) {
      const { api, server } = await scene(parts, stage, {}, {}, 'silence');
      const { token, cancel } = parts.axios.CancelToken.source();
      const call = failureOf(api.get('/', { cancelToken: token }));
      await server.reached(1);
      cancel('enough');
      assert.equal(parts.axios.isCancel(await call), true);
    },
  },
  {
    name: 'a cancelToken cancels a wait',
    async run(parts, stage) {
      const clock = new parts.testing.ManualClock();
      const { api, server } = await scene(parts, stage, {}, { clock, random: () => 0 }, 503);
      const { token, cancel } = parts.axios.CancelToken.source();
      const call = failureOf(api.get('/', { cancelToken: token }));
      await awaited(clock);
      cancel('enough');
      assert.equal(parts.axios.isCancel(await call), true);
      assert.equal(clock.pending, 0);
      assert.equal(server.requests.length, 1);
    },
  },
  {
    name: "axios's timeout holds for each attempt",
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, { timeout: 400 }, {}, 'silence', 200);
      const response = await api.get('/');
      assert.equal(response.status, 200);
      assert.ok(requests.length > 1);
      const { api: slow } = await scene(parts, stage, { timeout: 40 }, { retry: { maxRetries: 1 } }, 'silence');
      const error = await failureOf(slow.get('/'));
      assert.equal(error.code, 'ECONNABORTED');
      assert.equal(parts.breakwater.reportOf(error)?.attempts, 2);
    },
  },
  {
    name: "the policy's attemptMs ends an attempt, its totalMs the call",
    async run(parts, stage) {
      const attemptMs = { timeouts: { attemptMs: 400 } };
      const { api, requests } = await scene(parts, stage, {}, attemptMs, 'silence', 200);
      assert.equal((await api.get('/')).status, 200);
      assert.ok(requests.length > 1);
      const { api: slow } = await scene(parts, stage, {}, { timeouts: { totalMs: 40 } }, 'silence');
      const error = await failureOf(slow.get('/'));
      assert.equal(error.code, 'ERR_DEADLINE_EXCEEDED');
      assert.equal(error.isAxiosError, true);
      assert.equal(parts.breakwater.isDeadlineExceeded(error), true);
    },
  },
];
