import assert from 'node:assert/strict';
import type { AxiosTarget } from '@breakwater/axios';
import { atOnce } from './at-once.js';
import { type AxiosBehaviour, instance, scene } from './axios-parts.js';
import { failureOf } from './failure.js';

/** Options of one request, and attachments to an instance. */
export const axiosOptions: readonly AxiosBehaviour[] = [
  {
    name: 'a request says how often it is retried, or that it is not',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503);
      await failureOf(api.get('/', { resilience: { maxRetries: 1 } }));
      assert.equal(requests.length, 2);
      const error = await failureOf(api.get('/', { resilience: false }));
      assert.equal(requests.length, 3);
      assert.equal(parts.breakwater.reportOf(error), undefined);
    },
  },
  {
    name: 'a POST with an idempotency key is repeated with that key',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 200);
      await api.post('/orders', { item: 1 }, { resilience: { idempotencyKey: 'order-1' } });
      assert.deepEqual(
        requests.map(({ method, headers, body }) => [method, headers['idempotency-key'], body]),
        [1, 2].map(() => ['POST', 'order-1', '{"item":1}']),
      );
    },
  },
  {
    name: 'beforeAttempt sets headers anew for each attempt',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 200);
      const beforeAttempt = async (_: unknown, attempt: number) => ({ authorization: `token-${attempt}` });
      await api.get('/', { headers: { Authorization: 'old' }, resilience: { beforeAttempt } });
      assert.deepEqual(
        requests.map(({ headers }) => headers.authorization),
        ['token-1', 'token-2'],
      );
    },
  },
  {
    name: 'a body that beforeAttempt makes longer is not cut off',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503, 200);
      const bodies = ['short', 'a body that is much longer'];
      const beforeAttempt = (config: { data?: unknown }, attempt: number): void => {
        config.data = bodies[attempt - 1];
      };
      await api.put('/', 'none', { resilience: { beforeAttempt } });
      assert.deepEqual(
        requests.map(({ body }) => body),
        bodies,
      );
    },
  },
  {
    name: 'a request has a circuit of its own under a key of its own',
    async run(parts, stage) {
      const { api, policy, server } = await scene(parts, stage, {}, {}, 200);
      policy.breaker('reports').open();
      const error = await failureOf(api.get('/', { resilience: { key: 'reports' } }));
      assert.equal(error.code, 'ERR_CIRCUIT_OPEN');
      assert.equal((await api.get('/')).status, 200);
      assert.equal(server.requests.length, 1);
    },
  },
  {
    name: 'an option that is not as it must be is told of',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 200);
      const error = await failureOf(api.get('/', { resilience: { maxRetries: -1 } }));
      assert.equal(error.code, 'ERR_BAD_OPTION_VALUE');
      assert.match(error.message, /maxRetries/);
      assert.equal(requests.length, 0);
    },
  },
  {
    name: 'mode observe changes nothing and tells what would happen',
    async run(parts, stage) {
      const { api, policy, requests } = await scene(parts, stage, {}, { mode: 'observe' }, 503);
      const told: string[] = [];
      policy.on('wouldRetry', ({ reason }) => told.push(reason));
      await failureOf(api.get('/'));
      assert.equal(requests.length, 1);
      assert.deepEqual(told, ['transient']);
    },
  },
  {
    name: 'a detached instance is plain axios again',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503);
      parts.breakwater.resilienceOf(api as AxiosTarget)?.detach();
      const error = await failureOf(api.get('/'));
      assert.equal(requests.length, 1);
      assert.equal(parts.breakwater.reportOf(error), undefined);
      assert.equal(parts.breakwater.resilienceOf(api as AxiosTarget), undefined);
    },
  },
  {
    name: 'attaching twice replaces, and never multiplies',
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503);
      parts.breakwater.attachResilience(api as AxiosTarget, { retry: { maxRetries: 1, backoff: atOnce } });
      await failureOf(api.get('/'));
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'the ESM and the CommonJS build know of each other',
    lacks: ({ other }) => (other === undefined ? 'one module system alone' : undefined),
    async run(parts, stage) {
      const { api, requests } = await scene(parts, stage, {}, {}, 503);
      const { other } = parts;
      assert.notEqual(other?.attachResilience, parts.breakwater.attachResilience);
      other?.attachResilience(api as AxiosTarget, { retry: { maxRetries: 1, backoff: atOnce } });
      const error = await failureOf(api.get('/'));
      assert.equal(requests.length, 2);
      assert.equal(parts.breakwater.reportOf(error)?.attempts, 2);
    },
  },
  {
    name: 'a child shares the policy of its parent',
    async run(parts, stage) {
      const { api, policy, server } = await scene(parts, stage, {}, {}, 503, 200);
      const child = parts.breakwater.createChild(api as AxiosTarget, { headers: { 'X-Child': 'yes' }, proxy: false });
      const response = await child.get('/');
      assert.equal(response.status, 200);
      assert.equal(server.requests[1]?.headers['x-child'], 'yes');
      assert.equal(policy.snapshot().totals.calls, 1);
    },
  },
  {
    name: 'a policy that other code uses refuses axios too',
    async run(parts, stage) {
      const server = await stage.serve(200);
      const policy = parts.core.createPolicy({ retry: false, breaker: { consecutiveFailures: 1 } });
      const api = instance(parts.axios, { baseURL: server.url });
      parts.breakwater.attachResilience(api as AxiosTarget, policy);
      const answer = { status: 503, headers: {} };
      await policy.execute(() => answer, { key: server.url });
      assert.equal((await failureOf(api.get('/'))).code, 'ERR_CIRCUIT_OPEN');
      assert.equal(server.requests.length, 0);
    },
  },
];
