import { symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attachResilience, resilienceOf } from '@breakwater/axios';
import { resilience } from '@breakwater/got';
import { afterAll, describe, expect, it, test } from '@jest/globals';
import axios from 'axios';
import got from 'got';
import { exportedPolicy } from '../../src/explain/exported-policy.js';
import { loadModule } from '../../src/explain/load-module.js';
import { breakwater, directoryWith, inProcess } from '../migrate/breakwater.js';

const directory = directoryWith({
  'made.mjs': `import { createPolicy } from '@breakwater/core';
export const policy = createPolicy({ name: 'made' });
setInterval(() => {}, 1_000);
`,
  'whole.cjs': "module.exports = { name: 'whole', retry: false };",
  'options.ts': `import { name } from './name.js';
enum Times { Twice = 2 }
export default { name, retry: { maxRetries: Times.Twice as number } };
`,
  'name.ts': "export const name: string = 'typed';",
  'typed.cts': "export = { name: 'whole, typed', retry: false };",
  'several.mjs': 'export const a = { retry: false };\nexport const b = { budget: false };\n',
  'throws.mjs': "throw new Error('no database');",
  'deep.ts': "import { key } from './lib/key.js';\nexport const options = { name: key() };\n",
  'lib/key.ts':
    "export function key(): string {\n  if (process.argv.length) throw new Error('no key');\n  return 'k';\n}\n",
  'imports.mjs': "export * from './lib/broken.js';",
  'lib/broken.js': 'export const a = 1;\nexport const b = ;\n',
  'lib/package.json': '{ "type": "module" }',
  'broken.ts': 'export const a = ;',
  'handle.cjs':
    "const { createPolicy } = require('@breakwater/core');\nexports.handle = { policy: createPolicy({ name: 'attached' }), detach() {} };\n",
  'negative.ts': 'export const options = { retry: { maxRetries: -1 } };',
  'with-client.mjs': `import axios from 'axios';
export const api = axios.create({ timeout: 45_000 });
export const options = { retry: { maxElapsedMs: 30_000 } };
`,
  'never.mjs': 'await new Promise(() => {});\nexport {};\n',
  'mode.mjs': "import { createPolicy } from '@breakwater/core';\nexport default createPolicy();\n",
  'node_modules/@breakwater/.keep': '',
});
symlinkSync(
  fileURLToPath(new URL('../../../core', import.meta.url)),
  `${directory.path}/node_modules/@breakwater/core`,
);
symlinkSync(
  fileURLToPath(new URL('../../../../node_modules/axios', import.meta.url)),
  `${directory.path}/node_modules/axios`,
);
afterAll(() => directory.remove());

describe('a module, in a process', () => {
  test.each([
    ['a policy, of a module that would run for ever', ['made.mjs'], 'Policy "made" (enforce), from made.mjs'],
    ['options, as a whole', ['whole.cjs'], 'Policy "whole" (enforce)'],
    ['options in TypeScript, with imports and enums', ['options.ts'], 'Policy "typed" (enforce)'],
    ['options that TypeScript exports as a whole', ['typed.cts'], 'Policy "whole, typed" (enforce)'],
    ['one of several', ['several.mjs', '--export', 'b'], 'Policy "default" (enforce), from several.mjs'],
  ])(
    '%s',
    async (_, args, heading) => {
      const { code, stdout, stderr } = await breakwater(directory.path, ['explain', ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(heading);
      expect(stdout).toContain('Warnings');
    },
    60_000,
  );

  test.each([
    ['several.mjs', 'several.mjs exports more than one policy; say which: --export a, --export b'],
    ['throws.mjs', 'throws.mjs could not be loaded: no database (throws.mjs:1:7)'],
    ['deep.ts', 'deep.ts could not be loaded: no key (lib/key.ts:2:34)'],
    ['negative.ts', 'negative.ts: retry.maxRetries must be an integer >= 0, got -1'],
    ['imports.mjs', "imports.mjs could not be loaded: Unexpected token ';' (lib/broken.js:2:18)"],
    ['nowhere.ts', 'nowhere.ts: there is no such file'],
  ])(
    '%s ends with 2: %s',
    async (file, message) => {
      const { code, stdout, stderr } = await breakwater(directory.path, ['explain', file]);
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` });
    },
    60_000,
  );

  it('has the mode that it is written with', async () => {
    const { stdout } = await breakwater(directory.path, ['explain', 'mode.mjs'], { BREAKWATER_MODE: 'observe' });
    expect(stdout).toMatch('Policy "default" (enforce), from mode.mjs');
  }, 60_000);
});

it('reads the time limit of the instance that a module exports, unless another is given', async () => {
  const limitOf = async (...more: string[]) => {
    const { stdout } = await inProcess(directory.path, ['explain', 'with-client.mjs', '--json', ...more]);
    const { clientTimeoutMs, warnings } = JSON.parse(stdout) as { clientTimeoutMs: number; warnings: { id: string }[] };
    return [clientTimeoutMs, ...warnings.map(({ id }) => id)];
  };
  expect(await limitOf()).toEqual([45_000, 'retries-past-max-elapsed']);
  expect(await limitOf('--timeout', '1000')).toEqual([1_000]);
});

it('gives up a module that does not finish loading', async () => {
  const loading = loadModule(`${directory.path}/never.mjs`, 'never.mjs', 1);
  await expect(loading).rejects.toThrow('never.mjs has not finished loading after 0.001 s');
});

it('names the place of a mistake in TypeScript', async () => {
  const loading = loadModule(`${directory.path}/broken.ts`, 'broken.ts');
  await expect(loading).rejects.toThrow(
    /^broken\.ts could not be loaded: .*Unexpected token.* \(\S*broken\.ts:1:17\)$/,
  );
});

describe('which export', () => {
  const policy = { settings: { name: 'a' }, describe: () => ({}), executeWith: () => {} };
  const options = { retry: false };
  const chosen = (exports: Record<string, unknown>, exportName?: string) =>
    exportedPolicy(exports, { path: 'p.mjs', exportName });

  it('is the only one that is a policy or options of one', () => {
    expect(chosen({ policy, other: { x: 1 }, count: 3 })).toBe(policy);
    expect(chosen({ default: options, log: () => {} })).toBe(options);
  });

  it('is that of a handle, which attachResilience returns, by itself or beside its policy', () => {
    const handle = { policy, detach: () => {} };
    expect(chosen({ handle })).toBe(policy);
    expect(chosen({ default: handle })).toBe(policy);
    expect(chosen({ handle, policy })).toBe(policy);
    expect(chosen({ handle, other: options }, 'handle')).toBe(policy);
  });

  it('is that of a client, if nothing else is a policy', () => {
    const api = axios.create();
    const client = got.extend(resilience({ name: 'outer' })).extend(resilience({ name: 'inner' }));
    const { policy: own } = attachResilience(api, { name: 'attached' });
    expect(chosen({ api, plain: axios.create(), other: got })).toBe(own);
    expect(chosen({ client })).toMatchObject({ name: 'inner' });
    expect(chosen({ default: api, handle: resilienceOf(api) })).toBe(own);
    expect(chosen({ api, options })).toBe(options);
    expect(() => chosen({ api, client })).toThrow(
      'exports more than one policy; say which: --export api, --export client',
    );
  });

  it('is one in an exported object', () => {
    const api = axios.create();
    const { policy: own } = attachResilience(api, { name: 'attached' });
    expect(chosen({ clients: { api }, count: 2 })).toBe(own);
    expect(chosen({ policies: { a: policy, b: own } }, 'policies.b')).toBe(own);
    expect(() => chosen({ policies: { a: policy, b: own } })).toThrow('--export policies.a, --export policies.b');
  });

  it('is one that is exported twice', () => {
    expect(chosen({ default: policy, policy })).toBe(policy);
  });

  it('is in what a CJS module exports as a whole', () => {
    expect(chosen({ default: { policy, x: 1 }, 'module.exports': { policy, x: 1 } })).toBe(policy);
    expect(chosen({ default: { __esModule: true, default: options }, __esModule: true })).toBe(options);
  });

  it('is a lone object even without the look of options: core reports what is wrong with it', () => {
    const slip = { retires: {} };
    expect(chosen({ config: slip })).toBe(slip);
    expect(chosen({ default: slip, other: {} })).toBe(slip);
  });

  it('is the one that is named, whatever it looks like', () => {
    expect(chosen({ policy, slip: { retires: {} } }, 'slip')).toEqual({ retires: {} });
  });

  test.each<[Record<string, unknown>, string | undefined, string]>([
    [{ a: policy, b: policy, c: options }, undefined, 'say which: --export a, --export c'],
    [{ a: policy, b: options }, undefined, 'exports more than one policy; say which: --export a, --export b'],
    [
      { a: { x: 1 }, b: { y: 1 } },
      undefined,
      'exports no policy (what createPolicy or attachResilience returns), no client with one and no options of one; its exports: a, b',
    ],
    [{}, undefined, 'it exports nothing'],
    [{ a: policy }, 'b', 'has no export "b"; its exports: a'],
  ])('of %j, named %p: %s', (exports, exportName, message) => {
    expect(() => chosen(exports, exportName)).toThrow(message);
  });
});
