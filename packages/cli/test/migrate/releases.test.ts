import { afterAll, describe, expect, test } from '@jest/globals';
import { directoryWith, inProcess } from './breakwater.js';

const made: { remove(): void }[] = [];
afterAll(() => {
  for (const { remove } of made) remove();
});

const API = {
  'axios-retry':
    "import axios from 'axios';\nimport axiosRetry from 'axios-retry';\naxiosRetry(axios.create(), { retries: 2 });\n",
  'retry-axios': "import axios from 'axios';\nimport * as rax from 'retry-axios';\nrax.attach(axios.create());\n",
} as const;

/** Returns the findings about a release of a library, in a project with these further files. */
async function told(
  library: keyof typeof API,
  range: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const directory = directoryWith({
    'api.js': API[library],
    'package.json': JSON.stringify({ name: 'p', dependencies: { axios: '1', [library]: range } }),
    ...files,
  });
  made.push(directory);
  const { stdout } = await inProcess(directory.path, ['migrate', '.', '--json']);
  const { findings } = JSON.parse(stdout) as { findings: { topic: string; message: string }[] };
  return findings.flatMap(({ topic, message }) =>
    topic === 'dependency' && message.includes('in use') ? [message.replace(/: .*/, '')] : [],
  );
}

const PNPM_9 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

importers:

  .:
    dependencies:
      axios:
        specifier: ^1.7.0
        version: 1.7.0
      axios-retry:
        specifier: ^3.5.0
        version: 3.9.1(axios@1.7.0)

packages:

  axios-retry@3.9.1:
    resolution: {integrity: sha512-x}
`;

const YARN_CLASSIC = `# yarn lockfile v1


axios-retry@^3.0.0, axios-retry@^3.5.0:
  version "3.9.1"
  resolved "https://example.com/axios-retry-3.9.1.tgz#abc"
  dependencies:
    is-retry-allowed "^2.2.0"

axios-retry@^4.0.0:
  version "4.5.0"
`;

const YARN_BERRY = `__metadata:
  version: 8
  cacheKey: 10c0

"axios-retry@npm:^3.5.0":
  version: 3.9.1
  resolution: "axios-retry@npm:3.9.1"
  languageName: node
  linkType: hard

"axios-retry@npm:^4.0.0":
  version: 4.5.0
  resolution: "axios-retry@npm:4.5.0"
`;

const BUN = `{
  "lockfileVersion": 1,
  "workspaces": {
    "": { "name": "p", "dependencies": { "axios-retry": "^3.5.0", }, },
    "packages/a": { "name": "@scope/a", "dependencies": { "axios-retry": "*", }, },
  },
  "packages": {
    "@scope/a": ["@scope/a@workspace:packages/a"],
    "@scope/a/axios-retry": ["axios-retry@4.1.0", "", { "peerDependencies": { "axios": "0.x || 1.x" } }, "sha512-x"],
    "axios-retry": ["axios-retry@3.9.1", "", { "dependencies": { "is-retry-allowed": "^2.2.0", }, }, "sha512-x"],
  }
}
`;

const manifest = (version: string) => JSON.stringify({ version });

test.each([
  ['axios-retry', '^3.9.1', ['axios-retry 3.9 is in use']],
  ['axios-retry', '1.x', ['axios-retry 1.0 is in use']],
  ['axios-retry', '~4.1.0', ['axios-retry 4.1 is in use']],
  ['axios-retry', '^4.2.0', []],
  ['axios-retry', '4.10.0', []],
  ['retry-axios', '2.6.0', ['retry-axios 2.6 is in use', 'retry-axios 2.6 is in use']],
  ['retry-axios', '>=3.0.0 <5', ['retry-axios 3.0 is in use', 'retry-axios 3.0 is in use']],
  ['retry-axios', '^4.0.0', []],
  ['retry-axios', 'latest', []],
] as const)('%s %s is found by its range', async (library, range, messages) => {
  expect(await told(library, range)).toEqual(messages);
});

test('the lockfile counts before the range, and node_modules before the lockfile', async () => {
  const lock = JSON.stringify({ packages: { 'node_modules/axios-retry': { version: '4.0.2' } } });
  expect(await told('axios-retry', '*', { 'package-lock.json': lock })).toEqual(['axios-retry 4.0 is in use']);
  const oldLock = JSON.stringify({ dependencies: { 'axios-retry': { version: '3.1.2' } } });
  expect(await told('axios-retry', '^4.5.0', { 'package-lock.json': oldLock })).toEqual(['axios-retry 3.1 is in use']);
  const installed = { 'node_modules/axios-retry/package.json': manifest('4.5.0'), 'package-lock.json': oldLock };
  expect(await told('axios-retry', '^3.0.0', installed)).toEqual([]);
});

describe('the lockfile of another package manager', () => {
  test.each<[string, string, string]>([
    ['pnpm 9', 'pnpm-lock.yaml', PNPM_9],
    ['pnpm 9 with CRLF', 'pnpm-lock.yaml', PNPM_9.replaceAll('\n', '\r\n')],
    [
      'pnpm 6',
      'pnpm-lock.yaml',
      "lockfileVersion: '6.0'\n\ndependencies:\n  axios-retry:\n    specifier: ^3.5.0\n    version: 3.9.1\n",
    ],
    [
      'pnpm 5',
      'pnpm-lock.yaml',
      'lockfileVersion: 5.4\n\nspecifiers:\n  axios-retry: ^3.5.0\n\ndependencies:\n  axios-retry: 3.9.1_axios@1.7.0\n',
    ],
    ['pnpm with an alias', 'pnpm-lock.yaml', 'dependencies:\n  axios-retry: /axios-retry/3.9.1\n'],
    ['Yarn classic', 'yarn.lock', YARN_CLASSIC],
    ['Yarn Berry', 'yarn.lock', YARN_BERRY],
    ['Bun', 'bun.lock', BUN],
    ['Yarn with another range', 'yarn.lock', 'axios-retry@3:\n  version "3.9.1"\n'],
  ])('of %s is read', async (_, file, text) => {
    expect(await told('axios-retry', '^3.5.0', { [file]: text })).toEqual(['axios-retry 3.9 is in use']);
  });

  test('gives no version for a range that it does not name, if it has two versions', async () => {
    const two = 'axios-retry@^4.1.0:\n  version "4.1.5"\n\naxios-retry@^3.0.0:\n  version "3.9.1"\n';
    expect(await told('axios-retry', '*', { 'yarn.lock': two })).toEqual([]);
  });

  test('belongs to the workspace that asks', async () => {
    const workspace = {
      'package.json': '{}',
      'a/package.json': JSON.stringify({ dependencies: { 'axios-retry': '*' } }),
    };
    const lock =
      "importers:\n\n  .:\n    dependencies:\n      axios-retry: {specifier: '*', version: 4.5.0}\n\n  a:\n    dependencies:\n      axios-retry:\n        specifier: '*'\n        version: 4.1.0(axios@1.7.0)\n";
    const files = { ...workspace, 'a/api.js': API['axios-retry'], 'api.js': '', 'pnpm-lock.yaml': lock };
    expect(await told('axios-retry', '*', files)).toEqual(['axios-retry 4.1 is in use']);
  });

  test('of Bun belongs to the workspace that asks', async () => {
    const files = {
      'package.json': '{}',
      'packages/a/package.json': JSON.stringify({ name: '@scope/a', dependencies: { 'axios-retry': '*' } }),
      'packages/a/api.js': API['axios-retry'],
      'api.js': '',
      'bun.lock': BUN,
    };
    expect(await told('axios-retry', '*', files)).toEqual(['axios-retry 4.1 is in use']);
  });
});
