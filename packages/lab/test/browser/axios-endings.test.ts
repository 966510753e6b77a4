import { describe, expect, jest, test } from '@jest/globals';
import { describeWithChromium } from './chromium.js';
import { useLabPage } from './lab-page.js';
import type { Lab } from './page-entry.js';

jest.setTimeout(60_000);

/** In the page. */
declare const lab: Lab;

describeWithChromium('in Chromium, a call by axios', () => {
  const chromium = useLabPage();

  describe.each(['xhr', 'fetch'] as const)('with the %s adapter', (adapter) => {
    test("gives each attempt axios's own timeout", async () => {
      const { url, requests } = await chromium.serve('silence', 200);

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) => lab.endOf(lab.client({ baseURL, adapter, timeout: 500 }).api.get('/')),
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ status: 200, stopReason: 'success' });
      expect(requests.length).toBeGreaterThan(1);
    });

    test('ends an attempt, and the call, at the limits of the policy', async () => {
      const { url, abandoned } = await chromium.serve('silence');
      const gone = abandoned();

      const ends = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const attemptMs = lab.client({ baseURL, adapter }, { retry: { maxRetries: 1 }, timeouts: { attemptMs: 50 } });
          const totalMs = lab.client({ baseURL, adapter }, { timeouts: { totalMs: 50 } });
          return [await lab.endOf(attemptMs.api.get('/')), await lab.endOf(totalMs.api.get('/'))];
        },
        [url, adapter] as const,
      );

      expect(ends).toMatchObject([
        { code: 'ERR_ATTEMPT_TIMEOUT', attempts: 2, isAxiosError: true },
        { code: 'ERR_DEADLINE_EXCEEDED', attempts: 1, isAxiosError: true },
      ]);
      await gone;
    });

    test('is cancelled under way', async () => {
      const { url, reached, abandoned, requests } = await chromium.serve('silence');
      const gone = abandoned();
      const call = chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter });
          const controller = new AbortController();
          Object.assign(globalThis, { controller });
          return lab.endOf(api.get('/', { signal: controller.signal }));
        },
        [url, adapter] as const,
      );
      await reached(1);
      await chromium.page.evaluate(() => (globalThis as unknown as { controller: AbortController }).controller.abort());

      expect(await call).toMatchObject({ code: 'ERR_CANCELED', attempts: 1, stopReason: 'cancelled' });
      await gone;
      expect(requests).toHaveLength(1);
    });

    test('is cancelled while it waits for its retry', async () => {
      const { url, requests } = await chromium.serve(503);

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const backoff = { kind: 'constant', baseMs: 20_000, jitter: 'none' } as const;
          const { api, policy } = lab.client({ baseURL, adapter }, { retry: { backoff } });
          const controller = new AbortController();
          policy.on('retry', () => setTimeout(() => controller.abort(), 0));
          return lab.endOf(api.get('/', { signal: controller.signal }));
        },
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ code: 'ERR_CANCELED', attempts: 1, stopReason: 'cancelled' });
      expect(requests).toHaveLength(1);
    });

    test('opens the circuit of an origin, and refuses without a request', async () => {
      const { url, requests } = await chromium.serve(503);

      const ends = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter }, { retry: false, breaker: { consecutiveFailures: 2 } });
          const ends = [];
          for (let call = 0; call < 3; call += 1) ends.push(await lab.endOf(api.get('/')));
          return ends;
        },
        [url, adapter] as const,
      );

      expect(ends).toMatchObject([
        { status: 503, code: 'ERR_BAD_RESPONSE' },
        { status: 503, code: 'ERR_BAD_RESPONSE' },
        { status: undefined, code: 'ERR_CIRCUIT_OPEN', isAxiosError: true, attempts: 0 },
      ]);
      expect(requests).toHaveLength(2);
    });

    test('sees a Retry-After that CORS exposes, and ends the call that cannot wait so long', async () => {
      const headers = { 'retry-after': '3600', 'access-control-expose-headers': 'Retry-After' };
      const { url, requests } = await chromium.serve({ status: 503, headers });

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter });
          return lab.endOf(api.get('/'));
        },
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ status: 503, attempts: 1, stopReason: 'retry-after' });
      expect(requests).toHaveLength(1);
    });

    test('does not see a Retry-After that CORS hides: backoff decides alone', async () => {
      const { url, requests } = await chromium.serve({ status: 503, headers: { 'retry-after': '3600' } });

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) =>
          lab.endOf(lab.client({ baseURL, adapter }, { retry: { maxRetries: 2 } }).api.get('/')),
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ status: 503, attempts: 3, stopReason: 'exhausted' });
      expect(requests).toHaveLength(3);
    });

    test('leaves nothing behind: signals and requests do not grow with the number of calls', async () => {
      const { url } = await chromium.serve({ status: 503, body: '{}' });
      const calls = (count: number) =>
        chromium.page.evaluate(
          async ([baseURL, adapter, count]) => {
            const forever = new AbortController();
            Object.assign(globalThis, { forever });
            const timeouts = { attemptMs: 60_000, totalMs: 60_000 };
            const { api } = lab.client(
              { baseURL, adapter, signal: forever.signal },
              { budget: false, breaker: false, limit: false, timeouts, retry: { maxRetries: 1 } },
            );
            for (let call = 0; call < count; call += 1) await lab.endOf(api.get('/'));
          },
          [url, adapter, count] as const,
        );
      await calls(20);
      const kinds = ['AbortController', 'AbortSignal', 'XMLHttpRequest', 'Response'];
      const before = await chromium.liveObjects(...kinds);

      await calls(200);

      // A leak of one call is there 200 times. The browser's own memory of the last call does not grow.
      const after = await chromium.liveObjects(...kinds);
      const growing = kinds.filter((kind) => (after[kind] ?? 0) - (before[kind] ?? 0) >= 20);
      expect(growing).toEqual([]);
    });
  });
});
