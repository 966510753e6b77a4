import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, test } from '@jest/globals';
import { type BrowserContext, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const program = programIn(process.env.PATH ?? '', ['chromium', 'chromium-browser', 'google-chrome']);

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** A headless Chromium with a profile of its own. */
export async function startChromium(): Promise<Browser> {
  if (program === undefined) throw new Error('there is no Chromium');
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: program,
    headless: true,
    args: FLAGS,
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Suites that need Chromium. Without one they are skipped with a message; they fail if `CI` is set. */
export function describeWithChromium(title: string, suite: () => void): void {
  if (program !== undefined) {
    describe(title, suite);
    return;
  }
  // The reporter of the tests knows these words.
  const missing = `${title}, for want of chromium`;
  if (process.env.CI) {
    test(missing, () => {
      throw new Error('there is no Chromium (Debian: apt-get install -y chromium)');
    });
  } else {
    describe.skip(missing, suite);
  }
}

function programIn(path: string, names: readonly string[]): string | undefined {
  const places = path.split(delimiter).filter((directory) => directory !== '');
  return names
    .flatMap((name) => places.map((directory) => join(directory, name)))
    .find((candidate) => existsSync(candidate));
}
