import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Platform } from 'esbuild';
import { browserFilesOfSource } from '../harness/browser-files.js';
import type { Group, Section } from './group.js';

/**
 * Imports of each program, and so the contents of its bundle. Everything imported is used, or it would be shaken off.
 */
const programs = {
  breakwater: `import { createPolicy } from '@breakwater/core';
    import { attachResilience } from '@breakwater/axios';
    globalThis.used = [createPolicy, attachResilience];`,
  'breakwater, core alone': `import { createPolicy } from '@breakwater/core';
    globalThis.used = [createPolicy];`,
  'breakwater, parseRetryAfter alone': `import { parseRetryAfter } from '@breakwater/core/algorithms';
    globalThis.used = [parseRetryAfter];`,
  'breakwater, backoffDelay alone': `import { backoffDelay } from '@breakwater/core/algorithms';
    globalThis.used = [backoffDelay];`,
  'breakwater, imported for nothing': `import '@breakwater/core'; import '@breakwater/axios'; import { presets } from '@breakwater/core';`,
  'axios-retry + cockatiel': `import axiosRetry from 'axios-retry';
    import { circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll, retry, wrap } from 'cockatiel';
    globalThis.used = [axiosRetry, circuitBreaker, ConsecutiveBreaker, ExponentialBackoff, handleAll, retry, wrap];`,
} as const;

/** Bundles without axios itself, minified, then gzipped. */
export const bundleSizes: Section = () => Promise.all([groupOf('browser'), groupOf('node')]);

async function groupOf(platform: Platform): Promise<Group> {
  const names = Object.keys(programs) as (keyof typeof programs)[];
  const cases = names.map(async (name) => ({ name, samples: [await bundledSize(name, platform)] }));
  return {
    name: `bundle: for ${platform}`,
    unit: 'bytes',
    ours: 'breakwater',
    cases: await Promise.all(cases),
  };
}

/**
 * Returns the size of a bundle in bytes, minified and gzipped. `conditions`: those by which exports are resolved
 * besides.
 */
export async function bundledSize(
  name: keyof typeof programs,
  platform: Platform,
  conditions?: string[],
): Promise<number> {
  return programSize(programs[name], platform, conditions);
}

/** Returns the size of a program's bundle in bytes, minified and gzipped, without axios. */
export async function programSize(contents: string, platform: Platform, conditions?: string[]): Promise<number> {
  return gzippedSize(await bundle(contents, platform, conditions));
}

async function bundle(contents: string, platform: Platform, conditions: string[] = []): Promise<Uint8Array> {
  const { outputFiles } = await build({
    // Beside this file, so that the packages of this bench are found.
    stdin: { contents, resolveDir: dirname(fileURLToPath(import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform,
    conditions,
    external: ['axios'],
    plugins: platform === 'browser' ? [browserFilesOfSource] : [],
    write: false,
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error('esbuild made no bundle');
  return file.contents;
}

/** gzip has a header of its own, even around nothing. */
const gzippedSize = (bytes: Uint8Array): number => (bytes.length === 0 ? 0 : gzipSync(bytes, { level: 9 }).length);
