import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Seen } from './rejections.js';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const script = fileURLToPath(new URL('./rejections.ts', import.meta.url));

/** A test runner watches for unhandled rejections itself, so the calls are made in a process of their own. */
async function seenInNode(): Promise<Seen[]> {
  const args = ['--conditions=@breakwater/source', '--import', tsx, script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Seen[];
}

let all: Seen[];

beforeAll(async () => {
  all = await seenInNode();
}, 60_000);

const promises = [
  'without a policy',
  'with a policy',
  'with a policy and a handler that shares a promise',
  'with a policy and an asynchronous handler',
  'with a policy and an asynchronous handler further out',
];

describe.each(promises)('%s', (promise) => {
  const seen = (name: string) => all.find((one) => one.promise === promise && one.name === name);

  test.each(['the call', '.json()', '.then(onFulfilled)', '.finally()'])('a rejection is reported: %s', (name) => {
    expect(seen(name)).toMatchObject({ unhandled: ['ERR_NON_2XX_3XX_RESPONSE'] });
  });

  test.each([
    'await',
    '.catch()',
    '.then(undefined, onRejected)',
    'await .json()',
    'Promise.all',
    'Promise.prototype.then',
    'Promise.resolve',
    'await .finally()',
    'return',
    'handled in the turn of the rejection',
    'handled when another handler runs',
  ])('a rejection that is handled is not reported: %s', (name) => {
    expect(seen(name)).toMatchObject({ unhandled: [] });
  });
});
