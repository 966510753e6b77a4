import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { repository } from '../readme-text.js';
import { type Browser, describeWithChromium, startChromium } from './chromium.js';

/** Far more than it takes: the compiler reads all packages for the reference, and some sixty pages are opened. */
jest.setTimeout(300_000);

/** Tabs that open pages side by side. */
const TABS = 4;

const scripts = join(repository, 'packages/docs/scripts');
const directory = mkdtempSync(join(tmpdir(), 'docs-site-'));
const dist = join(directory, 'site');
const reference = join(directory, 'reference');
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const run = promisify(execFile);
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
  /** Targets of links on this page. */
  readonly anchors: readonly string[];
  /** The links of this page that lead to an anchor, as path and anchor. */
  readonly anchored: readonly string[];
}

/** Markdown without its code: a tag in the rest would be taken for a component. Links with an anchor are no tags. */
function proseOf(markdown: string): string {
  return markdown
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\\</g, '')
    .replaceAll(/<a id="[\w-]+"><\/a>/g, '');
}

/** Runs in the page. */
const LOOK = `({
  title: document.querySelector('h1')?.textContent ?? '',
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  broken: [...document.images].filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => src),
  anchors: [...document.querySelectorAll('[id]')].map(({ id }) => location.pathname + '#' + id),
  anchored: [...document.querySelectorAll('.vp-doc a[href*="#"]')]
    .filter(({ origin }) => origin === location.origin)
    .map(({ pathname, hash }) => pathname + decodeURIComponent(hash)),
})`;

/** Runs in the page. */
const PALE = `axe.run(document.querySelector('.vp-doc'), { runOnly: ['color-contrast'] }).then(({ violations }) =>
  violations.flatMap(({ nodes }) => nodes.map(({ html }) => html)))`;

describeWithChromium('the documentation site', () => {
  let server: Server;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    // Side by side: the reference takes as long as all other pages together. Its own pages are looked at below.
    await Promise.all([
      run(process.execPath, [join(scripts, 'build.js'), '--no-reference', '--no-charts', '--out', dist], {
        maxBuffer: 2 ** 26,
      }),
      run(process.execPath, [join(scripts, 'reference.js'), reference], { maxBuffer: 2 ** 26 }),
    ]);
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

  function pages(): string[] {
    return readdirSync(dist, { recursive: true, encoding: 'utf8' })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => file.endsWith('.html') && file !== '404.html')
      .map((file) => `/${file.replace(/(index)?\.html$/, '')}`)
      .sort();
  }

  /** All anchors of the pages, and a page that links to each. */
  const anchors = new Set<string>();
  const links = new Map<string, string>();

  /**
   * Whatever goes wrong: errors, addresses that lead nowhere or outside, images that show nothing, text that sticks
   * out.
   */
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
      const { title, overflow, broken, anchors: ids, anchored } = await page.evaluate<Look>(LOOK);
      if (title === '') note('has no heading');
      if (overflow > 0) note(`${viewport.width} px wide, ${colorScheme}: sticks out by ${overflow} px`);
      for (const image of broken) note(`shows nothing for ${image}`);
      for (const id of ids) anchors.add(id);
      for (const link of anchored) links.set(link, path);
    }
    page.removeAllListeners();
    return found;
  }

  const isOwn = (url: string): boolean => url.startsWith(origin) || url.startsWith('data:');

  test('opens every page without an error, wide and narrow, light and dark', async () => {
    const paths = pages();
    const waiting = [...paths];
    const found: string[] = [];
    const tab = async (): Promise<void> => {
      const page = await browser.context.newPage();
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop())
        found.push(...(await troubles(page, path)));
      await page.close();
    };
    await Promise.all(Array.from({ length: TABS }, tab));
    expect(paths.length).toBeGreaterThan(40);
    expect(found.sort()).toEqual([]);
    expect(links.size).toBeGreaterThan(100);
    expect([...links].filter(([link]) => !anchors.has(link.replace(/\.html(?=#)/, '')))).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'has enough contrast in a %s page, code and tables included',
    async (scheme) => {
      const page = await browser.context.newPage();
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(`${origin}/parts/timeouts`);
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const pale = await page.evaluate<readonly string[]>(PALE);
      await page.close();
      expect(pale).toEqual([]);
    },
  );

  test('has each page in the menu', async () => {
    const page = await browser.context.newPage();
    await page.goto(`${origin}/`);
    const links = await page.$$eval('.VPSidebar a', (all) => all.map((link) => link.getAttribute('href')));
    await page.close();
    expect(pages().filter((path) => !links.includes(path) && path !== '/')).toEqual([]);
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

  test('has a reference of every package, in Markdown that the site can show', async () => {
    const files = readdirSync(reference, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));
    const packages = readFileSync(join(reference, 'index.md'), 'utf8').match(/@breakwater\/\w+/g);
    expect([...new Set(packages)].sort()).toEqual(
      ['axios', 'core', 'dashboard', 'got', 'otel', 'redis', 'simulator'].map((name) => `@breakwater/${name}`),
    );
    expect(files.length).toBeGreaterThan(300);
    const unreadable = files.filter((file) =>
      /<[a-z]\w*[^`\n>]*>/i.test(proseOf(readFileSync(join(reference, file), 'utf8'))),
    );
    expect(unreadable).toEqual([]);
  });
});
