import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Step } from '../../src/migrate/file/source.js';
import { migrated } from './corpus.js';

const TIMEOUT_MS = 120_000;

const home = fileURLToPath(new URL('../../', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** Programs that send one request and print the result; the runner calls `send(url, method)`. */
const programs: Readonly<Record<string, { readonly file: string; readonly text: string; readonly rewritten: RegExp }>> =
  {
    'axios-retry with a constant delay': {
      file: 'constant.mjs',
      rewritten: /attachResilience\(api, \{\n {2}retry: \{\n {4}maxRetries: 2,/,
      text: `import axios from 'axios';
import axiosRetry from 'axios-retry';

const api = axios.create({ timeout: 5_000 });
axiosRetry(api, {
  retries: 2,
  retryDelay: () => 5,
});
export const send = (url, method) => api.request({ url, method });
`,
    },
    'axios-retry in CommonJS, with a condition of its own exports': {
      file: 'safe.cjs',
      rewritten: /const \{ attachResilience \} = require\('@breakwater\/axios'\)/,
      text: `const axios = require('axios')
const axiosRetry = require('axios-retry').default

const api = axios.create()
axiosRetry(api, { retries: 3, retryDelay: axiosRetry.linearDelay(5), retryCondition: axiosRetry.isSafeRequestError })
exports.send = (url, method) => api.request({ url, method })
`,
    },
    'axios-retry with requests that override it': {
      file: 'override.mjs',
      rewritten: /resilience: \{ maxRetries: 1 \}/,
      text: `import axios from 'axios';
import axiosRetry, { linearDelay } from 'axios-retry';

const api = axios.create();
axiosRetry(api, { retries: 5, retryDelay: linearDelay(5) });
export const send = (url, method) => api.request({ url, method, 'axios-retry': { retries: 1 } });
`,
    },
    'axios-retry with a callback, which stays': {
      file: 'callback.mjs',
      rewritten: /import axiosRetry from '@breakwater\/axios\/axios-retry'/,
      text: `import axios from 'axios';
import axiosRetry from 'axios-retry';

export const seen = [];
const api = axios.create();
axiosRetry(api, { retries: 2, retryDelay: () => 5, onRetry: (count) => void seen.push(count) });
export const send = async (url, method) => {
  const response = await api.request({ url, method });
  return { status: response.status, seen: seen.length };
};
`,
    },
    'retry-axios': {
      file: 'rax.mjs',
      rewritten:
        /attachResilience\(api, \{ retry: \{ maxRetries: 2, backoff: \{ kind: 'constant', baseMs: 5, jitter: 'none' \} \} \}\)/,
      text: `import axios from 'axios';
import * as rax from 'retry-axios';

const api = axios.create();
api.defaults.raxConfig = { retry: 2, backoffType: 'static', retryDelay: 5 };
rax.attach(api);
export const send = (url, method) => api.request({ url, method });
`,
    },
    got: {
      file: 'got.mjs',
      rewritten:
        /\.\.\.resilience\(\{ retry: \{ maxRetries: 1, statuses: \[500, 503\], backoff: \{ baseMs: 1000 \} \} \}\)/,
      text: `import got from 'got';

const client = got.extend({ timeout: { request: 5_000 }, retry: { limit: 1, statusCodes: [500, 503] }, headers: { 'x-a': 'b' } });
export const send = async (url, method) => {
  const { statusCode, body } = await client(url, { method });
  return { status: statusCode, body };
};
`,
    },
  };

/** The server's answers to one request after the other, the last one for ever, and the method of the requests. */
const scripts = [
  ['GET', [200]],
  ['GET', [503, 200]],
  ['GET', [503, 503, 200]],
  ['GET', [500]],
  ['GET', [404]],
  ['PUT', [503, 200]],
  ['POST', [503, 200]],
] as const;

const stages = ['before', 'dropin', 'policy'] as const;
type Stage = (typeof stages)[number];

let directory = '';
let server: Server;
let told: Record<string, unknown> = {};
const attempts = new Map<string, number>();

beforeAll(async () => {
  // Below the package, so that its modules are found.
  directory = mkdtempSync(join(home, '.behaviour-'));
  server = createServer(({ url = '' }, response) => {
    const made = (attempts.get(url) ?? 0) + 1;
    attempts.set(url, made);
    const statuses = url.split('/').at(-1)?.split(',') ?? [];
    response.writeHead(Number(statuses[made - 1] ?? statuses.at(-1))).end('answer');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const modules = Object.entries(programs).flatMap(([name, { file, text }]) =>
    stages.map((stage) => {
      mkdirSync(join(directory, stage), { recursive: true });
      writeFileSync(join(directory, stage, file), codeAt(stage, file, text));
      return [`${name}, ${stage}`, `./${stage}/${file}`];
    }),
  );
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(directory, 'runner.mjs'), runner(`http://127.0.0.1:${port}`, modules));
  told = JSON.parse(await output(join(directory, 'runner.mjs')));
}, TIMEOUT_MS);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
  server.closeAllConnections();
  server.close();
});

describe.each(Object.keys(programs))('%s', (name) => {
  test('is rewritten', () => {
    const program = programs[name];
    expect(program && codeAt('policy', program.file, program.text)).toMatch(program?.rewritten ?? /never/);
  });

  test.each(['dropin', 'policy'] as const)('makes as many attempts and ends alike on the way to a %s', (stage) => {
    const outcome = (at: Stage) =>
      scripts.map(([method, statuses]) => {
        const path = `/${encodeURIComponent(`${name}, ${at}`)}/${method}/${statuses.join(',')}`;
        return { method, statuses, attempts: attempts.get(path), end: told[path] };
      });
    const before = outcome('before');
    expect(before.map(({ attempts: made }) => made)).not.toContain(undefined);
    expect(outcome(stage)).toEqual(before);
  });
});

test('the original retries, so that there is something to compare', () => {
  const made = Object.keys(programs).map((name) =>
    attempts.get(`/${encodeURIComponent(`${name}, before`)}/GET/503,200`),
  );
  expect(made).toEqual(made.map(() => 2));
});

function codeAt(stage: Stage, path: string, text: string): string {
  if (stage === 'before') return text;
  return migrated([{ path, text }], stage satisfies Step).after[0]?.text ?? '';
}

function runner(origin: string, modules: readonly (readonly string[])[]): string {
  return `const told = {};
await Promise.all(${JSON.stringify(modules)}.map(async ([name, specifier]) => {
  const { send } = await import(specifier);
  for (const [method, statuses] of ${JSON.stringify(scripts)}) {
    const path = '/' + encodeURIComponent(name) + '/' + method + '/' + statuses.join(',');
    told[path] = await send(${JSON.stringify(origin)} + path, method).then(
      ({ status, seen }) => ({ status, seen }),
      (error) => ({ name: error.name, status: error.response?.status ?? error.response?.statusCode }),
    );
  }
}));
console.log(JSON.stringify(told));
`;
}

async function output(file: string): Promise<string> {
  const child = spawn(process.execPath, ['--import', loader, '--conditions=@breakwater/source', file], {
    env: { ...process.env, NODE_OPTIONS: '', BREAKWATER_MODE: 'enforce' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the programs ended with ${code}`);
  return text;
}
