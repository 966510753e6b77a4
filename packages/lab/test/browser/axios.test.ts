import { describe, expect, jest, test } from '@jest/globals';
import { describeWithChromium } from './chromium.js';
import { useLabPage } from './lab-page.js';
import { bundlePage } from './page-bundle.js';
import type { Lab } from './page-entry.js';
import { startUpstream } from './upstream.js';

jest.setTimeout(60_000);

/** In the page. */
declare const lab: Lab;

test('the bundle for a page is one script that imports nothing', async () => {
  expect((await bundlePage()).imports).toEqual([]);
});

describeWithChromium('in Chromium, axios', () => {
  const chromium = useLabPage();

  test('uses XHR by default', async () => {
    const { url, requests } = await chromium.serve(503, 200);

    const [end, used] = await chromium.page.evaluate(async (baseURL) => {
      const { api } = lab.client({ baseURL });
      const end = await lab.endOf(api.get('/'));
      const entries = performance.getEntriesByType('resource') as unknown as { name: string; initiatorType: string }[];
      // The browser may load an icon for the page meanwhile.
      const own = entries.filter(({ name }) => name.startsWith(baseURL));
      return [end, own.map(({ initiatorType }) => initiatorType)] as const;
    }, url);

    expect(end).toMatchObject({ status: 200, attempts: 2 });
    expect(requests).toHaveLength(2);
    expect(used).toEqual(['xmlhttprequest', 'xmlhttprequest']);
  });

  describe.each(['xhr', 'fetch'] as const)('with the %s adapter', (adapter) => {
    test('sends the same method, query, headers and body with each attempt, across origins', async () => {
      const { url, requests } = await chromium.serve(503, 502, { status: 200, body: '{"id":7}' });

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter });
          const config = { params: { q: 'x y' }, headers: { 'X-Own': 'yes' } };
          return lab.endOf(api.put('/orders', { item: 'ü' }, config));
        },
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ status: 200, data: { id: 7 }, attempts: 3, stopReason: 'success' });
      const [first, ...others] = requests;
      expect(first).toMatchObject({ method: 'PUT', url: '/orders?q=x+y', body: '{"item":"ü"}' });
      expect(first?.headers).toMatchObject({
        'x-own': 'yes',
        'content-type': 'application/json',
        origin: chromium.origin,
      });
      expect(others).toEqual([first, first]);
    });

    test.each([
      ['URLSearchParams', 'a=1&b=2'],
      ['a Blob', 'blob'],
      ['bytes', 'bytes'],
      ['a form', 'contents'],
    ])('sends the whole body again: %s', async (kind, sent) => {
      const { url, requests } = await chromium.serve(503, 200);

      await chromium.page.evaluate(
        async ([baseURL, adapter, kind]) => {
          const form = new FormData();
          form.append('file', new Blob(['contents']), 'file.txt');
          const bodies: Record<string, unknown> = {
            URLSearchParams: new URLSearchParams({ a: '1', b: '2' }),
            'a Blob': new Blob(['blob']),
            bytes: new TextEncoder().encode('bytes'),
            'a form': form,
          };
          await lab.client({ baseURL, adapter }).api.put('/', bodies[kind]);
        },
        [url, adapter, kind] as const,
      );

      expect(requests).toHaveLength(2);
      for (const { body } of requests) expect(body).toContain(sent);
      expect(requests[1]?.body.length).toBe(requests[0]?.body.length);
    });

    test('runs interceptors and transforms once', async () => {
      const { url } = await chromium.serve(503, 503, 200);

      const ran = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const ran: string[] = [];
          const { api } = lab.client({ baseURL, adapter });
          api.interceptors.request.use((config) => {
            ran.push('request');
            return config;
          });
          api.interceptors.response.use((response) => {
            ran.push('response');
            return response;
          });
          await api.get('/', { transformResponse: () => ran.push('transform') });
          return ran;
        },
        [url, adapter] as const,
      );

      expect(ran).toEqual(['request', 'transform', 'response']);
    });

    test('retries a GET whose connection is reset, and no POST', async () => {
      const { url, requests } = await chromium.serve('reset', 200, 'reset', 200);

      const ends = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter });
          return [await lab.endOf(api.get('/')), await lab.endOf(api.post('/', 'text'))];
        },
        [url, adapter] as const,
      );

      expect(ends).toMatchObject([
        { status: 200, attempts: 2 },
        { status: undefined, code: 'ERR_NETWORK', attempts: 1, stopReason: 'not-idempotent' },
      ]);
      expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'POST']);
    });

    test('retries if no server listens, and ends with the error of axios', async () => {
      const { url, close } = await startUpstream();
      await close();

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) =>
          lab.endOf(lab.client({ baseURL, adapter }, { retry: { maxRetries: 2 } }).api.get('/')),
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ code: 'ERR_NETWORK', isAxiosError: true, attempts: 3, stopReason: 'exhausted' });
    });

    test('repeats a POST with an idempotency key that the other origin allows', async () => {
      const { url, requests } = await chromium.serve(503, 200);

      const end = await chromium.page.evaluate(
        async ([baseURL, adapter]) => {
          const { api } = lab.client({ baseURL, adapter }, { idempotency: {} });
          return lab.endOf(api.post('/orders', { item: 1 }));
        },
        [url, adapter] as const,
      );

      expect(end).toMatchObject({ status: 200, attempts: 2 });
      const [first, second] = requests.map(({ headers }) => headers['idempotency-key']);
      expect(first).toMatch(/^[0-9a-f-]{36}$/);
      expect(second).toBe(first);
    });
  });
});
