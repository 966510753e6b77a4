import { fileURLToPath } from 'node:url';
import { runInThisContext } from 'node:vm';
import {
  errorOutcome,
  healthOf,
  isStaleSocket,
  nothingSent,
  outcomeOfError,
  verdictOf,
} from '@breakwater/core/adapter';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import * as browserErrors from '../../core/src/outcome/browser-errors.js';
// @ts-expect-error: a script of the build, without types
import { browserFieldOf } from '../scripts/browser-field.js';
import { browserFiles, browserFilesOfSource } from '../src/harness/browser-files.js';

const core = new URL('../../core/', import.meta.url);

type Readers = Pick<
  typeof import('@breakwater/core/adapter'),
  'healthOf' | 'nothingSent' | 'outcomeOfError' | 'verdictOf'
>;

/** The readers of outcomes, as a bundler packs them for browsers. */
let browser: Readers & { readonly text: string };

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { healthOf, nothingSent, outcomeOfError, verdictOf } from './src/adapter.ts';`,
      resolveDir: fileURLToPath(core),
    },
    bundle: true,
    write: false,
    platform: 'browser',
    plugins: [browserFilesOfSource],
    format: 'iife',
    globalName: 'readers',
    target: 'es2022',
  });
  const text = outputFiles[0]?.text ?? '';
  browser = { ...(runInThisContext(`(() => { ${text}; return readers; })()`) as Readers), text };
});

const STATUSES = new Set([429, 503]);

function judged({ healthOf, nothingSent, outcomeOfError, verdictOf }: Readers, error: unknown): readonly unknown[] {
  const outcome = outcomeOfError(error);
  return [verdictOf(outcome, STATUSES), healthOf(outcome), nothingSent(outcome)];
}

describe('a bundle for browsers', () => {
  test.each<[string, unknown]>([
    ["axios's network error", Object.assign(new Error('Network Error'), { code: 'ERR_NETWORK' })],
    ["axios's timeout", Object.assign(new Error('timeout of 5 ms exceeded'), { code: 'ECONNABORTED' })],
    ["axios's timeout of the connection", Object.assign(new Error('timeout exceeded'), { code: 'ETIMEDOUT' })],
    ["axios's cancel", Object.assign(new Error('canceled'), { code: 'ERR_CANCELED', name: 'CanceledError' })],
    ["axios's answer", { code: 'ERR_BAD_RESPONSE', response: { status: 503, headers: {} } }],
    ['a lost connection that a library names', { code: 'ECONNRESET' }],
    ["Chromium's fetch", new TypeError('Failed to fetch')],
    ["Firefox's fetch", new TypeError('NetworkError when attempting to fetch resource.')],
    ["Safari's fetch", new TypeError('Load failed (api.example.com)')],
    ["React Native's fetch", new TypeError('Network request failed')],
    ["the error of a Cloudflare Worker's fetch", new Error('Network connection lost.')],
    ['a timeout of a signal', new DOMException('signal timed out', 'TimeoutError')],
    ['an abort', new DOMException('aborted', 'AbortError')],
    [
      'an abort whose reason is a timeout',
      Object.assign(new Error('aborted'), { name: 'AbortError', cause: new DOMException('', 'TimeoutError') }),
    ],
    ['a throttled call of the AWS SDK', { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }],
    ['a gRPC server that is not available', { code: 14, details: 'no', metadata: {} }],
    ['a lost connection of PostgreSQL', { code: '08006', severity: 'FATAL' }],
    ['a server of MongoDB that steps down', { name: 'MongoServerError', errorLabels: ['RetryableWriteError'] }],
    ['a broker of Kafka that is busy', { name: 'KafkaJSProtocolError', retriable: true }],
    ['a Redis server that starts', { name: 'ReplyError', message: 'LOADING Redis is loading the dataset in memory' }],
    ['an open circuit further in', { code: 'ERR_CIRCUIT_OPEN', cause: { code: 'ECONNRESET' } }],
    ['an error of unknown kind', new RangeError('out of range')],
  ])('reads %s as Node does', (_name, error) => {
    expect(judged(browser, error)).toEqual(judged({ healthOf, nothingSent, outcomeOfError, verdictOf }, error));
  });

  test('is without the codes that only Node has', () => {
    expect(judged(browser, { code: 'CERT_HAS_EXPIRED' })).toEqual(['permanent', 'neither', false]);
    expect(browser.text).not.toMatch(/CERT_HAS_EXPIRED|UND_ERR_|HPE_|tunneling socket|node:stream/);
  });
});

describe('the files that stand for others in browsers', () => {
  test('are the same in both builds', () => {
    const replaced = browserFiles();
    const inModules = Object.entries(replaced).filter(([file]) => file.startsWith('./dist/esm/'));
    const toCommonJs = (file: string): string => file.replace('/esm/', '/cjs/');

    expect(inModules).toHaveLength(6);
    expect(Object.keys(replaced)).toHaveLength(12);
    for (const [file, into] of inModules) expect(replaced[toCommonJs(file)]).toBe(toCommonJs(into));
  });

  test('are replaced by the package.json of each build, which is the nearest one', () => {
    const into = './outcome/browser-errors.js';

    for (const build of ['esm', 'cjs']) {
      const { browser: field } = browserFieldOf({ browser: browserFiles() }, build);
      expect(Object.values(field)).toEqual(Array(6).fill(into));
      expect(field).toHaveProperty(['./outcome/node-codes.js'], into);
    }
    expect(browserFieldOf({}, 'esm')).toEqual({});
  });

  test('have every function, and name no failure that a browser cannot know', async () => {
    const modules = await Promise.all(
      Object.keys(browserFiles())
        .filter((file) => file.startsWith('./dist/esm/'))
        .map((file) => new URL(file.replace('./dist/esm', 'src').replace(/js$/, 'ts'), core))
        .map(({ href }) => import(href) as Promise<object>),
    );

    expect(modules.flatMap((module) => Object.keys(module)).sort()).toEqual(Object.keys(browserErrors).sort());
    expect([browserErrors.isStaleSocket(STALE), browserErrors.nothingSent(UNREACHED)]).toEqual([false, false]);
    expect([isStaleSocket(STALE), nothingSent(UNREACHED)]).toEqual([true, true]);
  });
});

const STALE = { code: 'ECONNRESET', request: { reusedSocket: true, shouldKeepAlive: true } };
const UNREACHED = errorOutcome({ code: 'ECONNREFUSED', syscall: 'connect' });
