import assert from 'node:assert/strict';
import { atOnce } from './at-once.js';
import { failureOf } from './failure.js';
import { type GotBehaviour, scene } from './got-parts.js';

/** got's own options, and one request's options for the policy. */
export const gotOptions: readonly GotBehaviour[] = [
  {
    name: "the user's own retry limit goes before the policy's",
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      await failureOf(client(url, { retry: { limit: 1 } }));
      assert.equal(requests.length, 2);
      await failureOf(client.extend({ retry: { limit: 0 } })(url));
      assert.equal(requests.length, 3);
    },
  },
  {
    name: "the user's own methods and statuses go before the policy's",
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 418, 200);
      const retry = { methods: ['POST'], statusCodes: [503, 418] };
      assert.equal((await client.post(url, { json: {}, retry } as object)).statusCode, 200);
      assert.equal(requests.length, 3);
    },
  },
  {
    name: "the user's own calculateDelay has the last word",
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      const asked: number[] = [];
      const calculateDelay = ({ computedValue }: { computedValue: number }): number => {
        asked.push(computedValue);
        return 0;
      };
      await failureOf(client(url, { retry: { calculateDelay, enforceRetryRules: false } } as object).catch(refuseKey));
      assert.equal(requests.length, 1);
      assert.deepEqual(asked, [1]);

      async function refuseKey(error: Error): Promise<unknown> {
        // Before 14.5 there is no such option, and an unknown one is an error.
        if (!/enforceRetryRules/.test(error.message)) throw error;
        return client(url, { retry: { calculateDelay } });
      }
    },
  },
  {
    name: 'a request says how often it is retried, or that got retries alone',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      await failureOf(client(url, { context: { resilience: { maxRetries: 1 } } }));
      assert.equal(requests.length, 2);
      const error = await failureOf(client(url, { context: { resilience: false }, retry: { limit: 0 } }));
      assert.equal(requests.length, 3);
      assert.equal(parts.breakwater.reportOf(error), undefined);
    },
  },
  {
    name: 'a POST with an idempotency key is repeated with that key',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 200);
      await client.post(url, { json: { item: 1 }, context: { resilience: { idempotencyKey: 'order-1' } } });
      assert.deepEqual(
        requests.map(({ method, headers, body }) => [method, headers['idempotency-key'], body]),
        [1, 2].map(() => ['POST', 'order-1', '{"item":1}']),
      );
    },
  },
  {
    name: 'beforeAttempt sets headers anew for each attempt',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503, 200);
      const beforeAttempt = async (_: unknown, attempt: number) => ({ authorization: `token-${attempt}` });
      await client(url, { context: { resilience: { beforeAttempt } } });
      assert.deepEqual(
        requests.map(({ headers }) => headers.authorization),
        ['token-1', 'token-2'],
      );
    },
  },
  {
    name: "mode observe leaves got's own retries alone, and tells what would happen",
    async run(parts, stage) {
      const { client, policy, requests, url } = await scene(parts, stage, { mode: 'observe' }, 503);
      const told: string[] = [];
      policy.on('wouldRetry', ({ reason }) => told.push(reason));
      const calculateDelay = ({ computedValue }: { computedValue: number }): number => (computedValue > 0 ? 1 : 0);
      await failureOf(client(url, { retry: { calculateDelay } }));
      assert.equal(requests.length, 3);
      // The policy would go on: it allows three retries.
      assert.deepEqual(told, ['transient', 'transient', 'transient']);
    },
  },
  {
    name: 'extending twice replaces, and never multiplies',
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      const twice = client.extend(parts.breakwater.resilience({ retry: { maxRetries: 1, backoff: atOnce } }));
      await failureOf(twice(url));
      assert.equal(requests.length, 2);
    },
  },
  {
    name: 'the ESM and the CommonJS build know of each other',
    lacks: ({ other }) => (other === undefined ? 'one module system alone' : undefined),
    async run(parts, stage) {
      const { client, requests, url } = await scene(parts, stage, {}, 503);
      const { other } = parts;
      assert.notEqual(other?.resilience, parts.breakwater.resilience);
      if (other === undefined) return;
      const twice = client.extend(other.resilience({ retry: { maxRetries: 1, backoff: atOnce } }));
      const error = await failureOf(twice(url));
      assert.equal(requests.length, 2);
      assert.equal(parts.breakwater.reportOf(error)?.attempts, 2);
    },
  },
];
