import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { type Browser, startChromium } from './chromium.js';
import { bundlePage } from './page-bundle.js';
import { type Reply, startSite, startUpstream, type Upstream } from './upstream.js';

/** A page that has the lab, anew for each test, in one browser for a suite. */
export interface LabPage {
  readonly page: Page;
  /** Of the page. */
  readonly origin: string;
  /** An API of another origin, which lives as long as the test. */
  serve(...replies: readonly Reply[]): Promise<Upstream>;
  /** Number of live objects of each kind after a garbage collection. */
  liveObjects(...kinds: readonly string[]): Promise<Record<string, number>>;
}

/** Fails a test whose page threw, rejected or warned of something unhandled. */
export function useLabPage(): LabPage {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof startSite>>;
  let page: Page;
  const upstreams: Upstream[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    site = await startSite((await bundlePage()).text);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    page = await browser.context.newPage();
    // Unhandled rejections come as errors of the page too.
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      // Chromium reports each answer that is an error, even if it is handled.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !isAnswer) troubles.push(message.text());
    });
    await page.goto(site.url);
  });
  afterEach(async () => {
    // Unhandled rejections are reported a turn later.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
    await page.close();
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
    expect(troubles.splice(0)).toEqual([]);
  });

  return {
    get page() {
      return page;
    },
    get origin() {
      return site.url;
    },
    async serve(...replies) {
      const upstream = await startUpstream(...replies);
      upstreams.push(upstream);
      return upstream;
    },
    async liveObjects(...kinds) {
      const session = await browser.context.newCDPSession(page);
      const counts: Record<string, number> = {};
      for (const kind of kinds) counts[kind] = await countOf(session, kind);
      await session.detach();
      return counts;
    },
  };
}

/** Collects garbage first, as the protocol has it. */
async function countOf(session: CDPSession, kind: string): Promise<number> {
  const { result } = await session.send('Runtime.evaluate', { expression: `${kind}.prototype`, objectGroup: kind });
  const { objectId: prototypeObjectId = '' } = result;
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId, objectGroup: kind });
  await session.send('Runtime.releaseObjectGroup', { objectGroup: kind });
  // "Array(12)"
  return Number(objects.description?.match(/\d+/)?.[0]);
}
