import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { repository } from '../readme-text.js';
import { type Browser, describeWithChromium, startChromium } from './chromium.js';

/** Far more than it takes: the compiler reads all packages for the reference, and some sixty pages are opened. */
jest.setTimeout(300_000);

const dist = join(repository, 'packages/docs/dist');
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const WIDE = { width: 1_280, height: 900 };
const NARROW = { width: 375, height: 700 };
const LOOKS = [
  [WIDE, 'light'],
  [WIDE, 'dark'],
  [NARROW, 'dark'],
  [NARROW, 'light'],
] as const;

interface Look {
  readonly title: string;
  readonly overflow: number;
  readonly broken: readonly string[];
}

/** Runs in the page. */
const LOOK = `({
  title: document.querySelector('h1')?.textContent ?? '',
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  broken: [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => src),
})`;

describeWithChromium('the documentation site', () => {
  let server: Server;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', 'docs'], { cwd: repository, maxBuffer: 2 ** 26 });
    server = createServer((request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
      const file = [path, `${path}.html`, join(path, 'index.html')]
        .map((candidate) => join(dist, candidate))
        .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
      if (file === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** All pages but those of the reference, of which one is enough: they are made by one template. */
  function pages(): string[] {
    return readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => file.endsWith('.html') && file !== '404.html')
      .filter((file) => !file.startsWith('api/') || file === 'api/index.html')
      .map((file) => `/${file.replace(/(index)?\.html$/, '')}`)
      .sort();
  }

  /** Whatever goes wrong: errors, addresses that lead nowhere or outside, images that show nothing, text that sticks out. */
  async function troubles(page: Page, path: string): Promise<string[]> {
    const found: string[] = [];
    const note = (text: string): void => void found.push(`${path}: ${text}`);
    page.on('console', (message) => message.type() === 'error' && note(message.text()));
    page.on('pageerror', (error) => note(String(error)));
    page.on('request', (request) => isOwn(request.url()) || note(request.url()));
    page.on('response', (response) => response.status() < 400 || note(`${response.status()} ${response.url()}`));
    await page.setViewportSize(WIDE);
    await page.goto(origin + path, { waitUntil: 'load' });
    for (const [viewport, colorScheme] of LOOKS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const { title, overflow, broken } = await page.evaluate<Look>(LOOK);
      if (title === '') note('has no heading');
      if (overflow > 0) note(`${viewport.width} px wide, ${colorScheme}: sticks out by ${overflow} px`);
      for (const image of broken) note(`shows nothing for ${image}`);
    }
    page.removeAllListeners();
    return found;
  }

  const isOwn = (url: string): boolean => url.startsWith(origin) || url.startsWith('data:');

  test('opens every page without an error, wide and narrow, light and dark', async () => {
    const page = await browser.context.newPage();
    const found: string[] = [];
    for (const path of pages()) found.push(...(await troubles(page, path)));
    await page.close();
    expect(pages().length).toBeGreaterThan(40);
    expect(found).toEqual([]);
  });

  test('finds a page by its words', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    await page.click('.DocSearch-Button');
    await page.fill('#localsearch-input', 'Idempotency keys');
    await page.waitForSelector('.result');
    const results = await page.$$eval('.result', (links) => links.map((link) => link.getAttribute('href')));
    await page.close();
    expect(results.some((href) => href?.includes('/parts/idempotency'))).toBe(true);
  });
});
