import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { repository } from '../readme-text.js';
import { type Browser, describeWithChromium, startChromium } from './chromium.js';

/** Far more than it takes: a browser and a command start. */
jest.setTimeout(120_000);

const directory = mkdtempSync(join(tmpdir(), 'simulation-report-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const textOf = (file: string): string => readFileSync(join(directory, file), 'utf8');

/** Runs in the page: charts that are shown, and the colour of the first line of text in one. */
const LOOK = `({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  shown: [...document.querySelectorAll('svg')].filter((chart) => chart.checkVisibility()).map((chart) => chart.getAttribute('aria-labelledby')),
  ink: getComputedStyle([...document.querySelectorAll('svg text')].find((text) => text.getAttribute('fill') === '#1b2430')).fill,
})`;

interface Look {
  readonly overflow: number;
  readonly shown: readonly string[];
  readonly ink: string;
}

describeWithChromium('the report of a simulation', () => {
  let browser: Browser;
  beforeAll(async () => {
    const main = join(repository, 'packages/cli/src/main.ts');
    const args = ['--import', 'tsx', '--conditions=@breakwater/source', main, 'simulate', 'blip'];
    const files = ['--html', join(directory, 'blip.html'), '--svg', join(directory, 'blip.svg')];
    await promisify(execFile)(process.execPath, [...args, ...files], {
      cwd: repository,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    browser = await startChromium();
  });
  afterAll(() => browser?.close());

  test.each([
    ['wide', 1_280, 'light', 'rgb(27, 36, 48)'],
    ['wide', 1_280, 'dark', 'rgb(230, 235, 241)'],
    ['narrow', 360, 'light', 'rgb(27, 36, 48)'],
    ['narrow', 360, 'dark', 'rgb(230, 235, 241)'],
  ] as const)(
    'on a %s screen (%d, %s) it shows each chart once, in its colours, and fits',
    async (name, width, colorScheme, ink) => {
      const page = await browser.context.newPage();
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.setContent(textOf('blip.html'));
      const look = (await page.evaluate(LOOK)) as Look;
      expect(look).toEqual({
        overflow: 0,
        shown: [1, 2, 3, 4].map((chart) => `chart-${chart}-${name}-title chart-${chart}-${name}-desc`),
        ink,
      });
      await page.close();
    },
  );

  test('under a policy that forbids all the charts are there, with their sizes and colours', async () => {
    const page = await browser.context.newPage();
    const strict = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
    await page.setContent(textOf('blip.html').replace('<head>', `<head>${strict}`));
    const sizes = (await page.evaluate(
      `[...new Set([...document.querySelectorAll('svg text')].map((text) => getComputedStyle(text).fontSize))]`,
    )) as string[];
    expect(sizes).toEqual(['12px']);
    expect(((await page.evaluate(LOOK)) as Look).ink).toBe('rgb(27, 36, 48)');
    await page.close();
  });

  test('the image is well-formed', async () => {
    const page = await browser.context.newPage();
    const errors = await page.evaluate(
      `new DOMParser().parseFromString(${JSON.stringify(textOf('blip.svg'))}, 'image/svg+xml').querySelectorAll('parsererror').length`,
    );
    expect(errors).toBe(0);
    await page.close();
  });
});
