import { afterAll, expect, test } from '@jest/globals';
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

test('the lockfile knows better than the range, and node_modules better than the lockfile', async () => {
  const lock = JSON.stringify({ packages: { 'node_modules/axios-retry': { version: '4.0.2' } } });
  expect(await told('axios-retry', '*', { 'package-lock.json': lock })).toEqual(['axios-retry 4.0 is in use']);
  const oldLock = JSON.stringify({ dependencies: { 'axios-retry': { version: '3.1.2' } } });
  expect(await told('axios-retry', '^4.5.0', { 'package-lock.json': oldLock })).toEqual(['axios-retry 3.1 is in use']);
  const installed = { 'node_modules/axios-retry/package.json': manifest('4.5.0'), 'package-lock.json': oldLock };
  expect(await told('axios-retry', '^3.0.0', installed)).toEqual([]);
});
