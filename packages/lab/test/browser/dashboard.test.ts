import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicy, type Policy } from '@breakwater/core';
import { type Dashboard, type DashboardOptions, dashboard } from '@breakwater/dashboard';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Browser, describeWithChromium, startChromium } from './chromium.js';

/** Waiting for a state that a page shows takes seconds by nature: an outage has to be seen, and to end. */
const TIMEOUT_MS = 60_000;
/** Runs in the page: what the page's own policy forbids becomes an error of its console. */
const TELL_OF_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  console.error('violates ' + violatedDirective + ': ' + blockedURI));`;
const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1_280, height: 900 };

describeWithChromium('the dashboard in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  }, TIMEOUT_MS);
  afterAll(() => browser?.close());

  const undo: (() => unknown)[] = [];
  const complaints: string[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
    expect(complaints.splice(0)).toEqual([]);
  });

  async function listen(server: Server): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    undo.push(async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A page mounted at /ops/breakwater. `hold`: the stream's path never answers, as behind a proxy that buffers. */
  async function serve(policies: readonly Policy[], options: DashboardOptions = {}, hold = false) {
    const page = dashboard({ policies, instance: 'checkout-7', ...options });
    undo.push(() => page.close());
    const server = createServer((request, response) => {
      if (hold && request.url?.endsWith('/events')) return;
      if (request.url?.startsWith('/ops/breakwater')) page(request, response);
      else response.writeHead(404).end();
    });
    return { page, url: `${await listen(server)}/ops/breakwater` };
  }

  async function open(url: string, viewport = WIDE, colorScheme: BrowserContextOptions['colorScheme'] = 'light') {
    const page = await browser.context.newPage();
    undo.push(() => page.close());
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.addInitScript({ content: TELL_OF_VIOLATIONS });
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: colorScheme ?? null });
    await page.goto(url);
    await page.locator('[data-status="live"]').waitFor();
    return page;
  }

  /** A server that can fail, and callers that never stop. */
  async function busyUpstream(policy: Policy) {
    const state = { isDown: false };
    const origin = await listen(
      createServer((request, response) => {
        if (state.isDown) request.socket.destroy();
        else response.end('fine');
      }),
    );
    const calling = setInterval(() => {
      policy
        .execute(
          async () => {
            const answer = await fetch(origin, { headers: { connection: 'close' } });
            await answer.text();
            return answer;
          },
          { key: origin, method: 'GET' },
        )
        .catch(() => {});
    }, 25);
    undo.push(() => clearInterval(calling));
    return { origin, state };
  }

  const quick = (name: string): Policy =>
    createPolicy({
      name,
      retry: { maxRetries: 1, backoff: { baseMs: 10 } },
      breaker: { consecutiveFailures: 5, openMs: 500 },
    });

  it(
    'shows that a real server fails, what is done about it, and that it recovers',
    async () => {
      const policy = quick('payments');
      const { url } = await serve([policy]);
      const { origin, state } = await busyUpstream(policy);
      const page = await open(url);
      expect(new URL(page.url()).pathname).toBe('/ops/breakwater/');
      const verdict = page.locator('main .verdict:not(.store)');
      const badge = page.locator('.keys .badge');

      await page.getByRole('link', { name: origin }).waitFor();
      await page.locator('.verdict[data-level="good"]').waitFor();
      expect(await badge.textContent()).toContain('Closed');

      state.isDown = true;
      await page.locator('.verdict[data-level="bad"]').waitFor();
      expect(await verdict.textContent()).toMatch(/^The only key is in trouble: /);
      await page.locator('.keys .badge[data-state="open"]').waitFor();
      await page.locator('.keys .says', { hasText: 'Calls are refused because the circuit is open' }).waitFor();
      await page.locator('.log [data-level="bad"]', { hasText: 'Open for' }).waitFor();
      await page.locator('.log', { hasText: 'Still open: a probe failed' }).waitFor();
      expect(await page.title()).toMatch(/^■ /);

      // A key's own view tells more, and goes on with time.
      await page.getByRole('link', { name: origin }).first().click();
      await page.locator('[data-fact="Opened because"] dd', { hasText: /failed/ }).waitFor();
      await page
        .locator('[data-fact="Failures lately"] dd', { hasText: /ECONNRESET|UND_ERR_SOCKET|ECONNREFUSED/ })
        .waitFor();
      await page.locator('.chart .u-over').first().waitFor();
      expect(await page.locator('.chart').count()).toBe(6);
      await page.locator('.parts', { hasText: 'up to 1' }).waitFor();

      state.isDown = false;
      await page.locator('.title .badge[data-state="closed"]').waitFor();
      await page.locator('.log', { hasText: 'Closed: the probes succeeded' }).waitFor();
      await page.getByRole('link', { name: 'All keys' }).click();
      await page.locator('.verdict[data-level="good"]').waitFor();
      expect(await verdict.textContent()).toBe('The only key is well.');
      expect(await page.title()).toBe('Breakwater');
    },
    TIMEOUT_MS,
  );

  it(
    'has nothing that axe finds fault with: wide, on a phone, in the dark, on a key, in a dialog',
    async () => {
      const policy = quick('payments');
      for (const key of ['https://a.example', 'https://b.example']) await policy.execute(() => 1, { key });
      policy.breaker('https://b.example').open();
      const { url } = await serve([policy], { admin: { authorize: () => 'alice' } });
      for (const [viewport, scheme] of [
        [WIDE, 'light'],
        [WIDE, 'dark'],
        [PHONE, 'light'],
        [PHONE, 'dark'],
      ] as const) {
        const page = await open(url, viewport, scheme);
        await page.locator('.keys tbody tr').nth(1).waitFor();
        expect(await faultsOf(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        await page.getByRole('link', { name: 'https://b.example' }).first().click();
        await page.locator('.chart .u-over').nth(5).waitFor();
        await page.locator('.chart summary').first().click();
        await page.locator('.parts dd').first().waitFor();
        expect(await faultsOf(page)).toEqual([]);
        expect(await overflowOf(page)).toBe(0);
        await page.getByRole('button', { name: 'Close…' }).click();
        await page.getByRole('dialog').waitFor();
        expect(await faultsOf(page)).toEqual([]);
        await page.close();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'does what an operator wants, after a confirmation, in that name',
    async () => {
      const policy = quick('payments');
      await policy.execute(() => 1, { key: 'a' });
      const told: unknown[] = [];
      policy.on('control', ({ action, by, key, mode }) => told.push([action, by, key, mode]));
      const { url } = await serve([policy], { admin: { authorize: () => ({ name: 'alice' }) } });
      const page = await open(`${url}/#/key/payments/a`);
      const dialog = page.getByRole('dialog');

      await page.getByRole('button', { name: 'Force open…' }).click();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Force open…' }).click();
      // The harmless button has the focus: Enter by mistake changes nothing.
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      expect([told, policy.breaker('a').state]).toEqual([[], 'closed']);

      await page.getByRole('button', { name: 'Force open…' }).click();
      await dialog.getByRole('button', { name: 'Force open' }).click();
      await page.locator('.title .badge[data-state="forced-open"]').waitFor();
      await page.locator('.verdict', { hasText: '(alice)' }).waitFor();
      await page.getByRole('button', { name: 'Reset…' }).click();
      await dialog.getByRole('button', { name: 'Reset' }).click();
      await page.locator('.title .badge[data-state="closed"]').waitFor();

      await page.getByRole('link', { name: 'All keys' }).click();
      await page.getByRole('button', { name: 'Change the mode of payments' }).click();
      await dialog.getByLabel('observe').check();
      await dialog.getByRole('button', { name: 'Change the mode' }).click();
      await page.locator('.mode', { hasText: 'observe' }).waitFor();
      expect(told).toEqual([
        ['open', 'alice', 'a', undefined],
        ['reset', 'alice', 'a', undefined],
        ['mode', 'alice', '', 'observe'],
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'has no button without admin',
    async () => {
      const policy = quick('payments');
      await policy.execute(() => 1, { key: 'a' });
      const { url } = await serve([policy]);
      const page = await open(`${url}/#/key/payments/a`);
      await page.locator('.title .badge').waitFor();
      expect(await page.getByRole('button', { name: /Force|Close|Reset|Mode/ }).count()).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'can be used with a thousand keys, by keyboard',
    async () => {
      const policy = quick('tenants');
      for (let n = 0; n < 1_000; n += 1) await policy.execute(() => 1, { key: `tenant-${n}` });
      policy.breaker('tenant-777').open();
      const { url } = await serve([policy]);
      const page = await open(url);
      await page.locator('.keys tbody tr').nth(99).waitFor();
      expect(await page.locator('.keys tbody tr').count()).toBe(100);
      expect(await page.locator('.keys tbody tr').first().textContent()).toContain('tenant-777');

      await page.locator('#filter').focus();
      await page.keyboard.type('tenant-99');
      await page.locator('.found', { hasText: '11 of 1,000 keys' }).waitFor();
      await page.locator('#filter').fill('');
      await page.getByRole('button', { name: 'Show all 1,000 keys' }).press('Enter');
      await page.locator('.keys tbody tr').nth(999).waitFor();

      await page.getByRole('button', { name: 'Key', exact: true }).press('Enter');
      await page.locator('th[aria-sort="ascending"]', { hasText: 'Key' }).waitFor();
      expect(await page.locator('.keys tbody tr').first().textContent()).toContain('tenant-0');

      await page.getByRole('link', { name: 'tenant-777' }).first().press('Enter');
      await page.locator('h1:focus', { hasText: 'tenant-777' }).waitFor();
      const frame = page.locator('.frame').first();
      await page.locator('.chart .u-over').first().waitFor();
      await frame.press('ArrowLeft');
      expect(await page.locator('.reader').first().textContent()).toMatch(/: answered .*, failed .*, refused /);
    },
    TIMEOUT_MS,
  );

  it(
    'shows names as they are, whatever they are',
    async () => {
      const names = [
        '<img src=x onerror=alert(1)>',
        '"><script>alert(2)</script>',
        "'; alert(3) //",
        '__proto__',
        '\ud800',
        ' ',
      ];
      const policy = quick('<b>bold</b>');
      for (const key of names) await policy.execute(() => 1, { key });
      const { url } = await serve([policy], { title: '<i>title</i>', instance: '<u>instance</u>' });
      const page = await open(url);
      await page
        .locator('.keys tbody tr')
        .nth(names.length - 1)
        .waitFor();
      // Half a surrogate pair does not come through the wire of the test.
      const whole = (name: string): string => name.replace(/[\ud800-\udfff]/g, '\ufffd');
      const shown = await page.locator('.keys .name a').allTextContents();
      expect(shown.map(whole).sort()).toEqual(names.map(whole).sort());
      expect(await page.locator('main img, main script, main b, main i, header i, header u').count()).toBe(0);
      await page.getByRole('link', { name: '<img' }).click();
      await page.locator('h1', { hasText: '<img src=x onerror=alert(1)>' }).waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'polls if no stream gets through',
    async () => {
      const policy = quick('payments');
      await policy.execute(() => 1, { key: 'a' });
      const { url } = await serve([policy], {}, true);
      const page = await browser.context.newPage();
      undo.push(() => page.close());
      await page.goto(url);
      await page.locator('[data-status="polling"]').waitFor();
      policy.breaker('a').open();
      await page.locator('.badge[data-state="forced-open"]').waitFor();
    },
    TIMEOUT_MS,
  );

  it(
    'shows that it is disconnected, and reconnects by itself',
    async () => {
      const policy = quick('payments');
      await policy.execute(() => 1, { key: 'a' });
      let current: Dashboard | undefined = dashboard({ policies: [policy] });
      undo.push(() => current?.close());
      const server = createServer((request, response) => {
        if (current === undefined) request.socket.destroy();
        else current(request, response);
      });
      const url = await listen(server);
      const page = await browser.context.newPage();
      undo.push(() => page.close());
      await page.goto(url);
      await page.locator('[data-status="live"]').waitFor();

      current.close();
      current = undefined;
      server.closeAllConnections();
      await page.locator('[data-status="lost"]').waitFor();
      current = dashboard({ policies: [policy] });
      await page.locator('[data-status="live"]').waitFor();
    },
    TIMEOUT_MS,
  );
});

/** Returns the violations that axe finds, by WCAG 2.2 AA and its own best practices. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Returns the width of the page beyond its window. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
