import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { expect, it } from '@jest/globals';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    format: 'iife',
    globalName: 'bundled',
    minify: true,
    platform: 'browser',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** The part of a browser that the core uses: no process, no require, no timers of Node's own. */
function browserGlobals(): vm.Context {
  const { AbortController, AbortSignal, performance, setTimeout, clearTimeout, URL } = globalThis;
  return vm.createContext({ AbortController, AbortSignal, performance, setTimeout, clearTimeout, URL });
}

it('runs in a browser bundle: retries, breaks, tells', async () => {
  const code = await bundle(`export * from ${JSON.stringify(entry)};`);
  const page = browserGlobals();
  vm.runInContext(`${code}; globalThis.bundled = bundled;`, page);

  const seen = await vm.runInContext(
    `(async () => {
      const { createPolicy, isCircuitOpen, reportOf } = bundled;
      const policy = createPolicy({
        retry: { backoff: { baseMs: 0, jitter: 'none' } },
        breaker: { consecutiveFailures: 3 },
        idempotency: {},
      });
      const events = [];
      policy.on('breaker', ({ from, to }) => events.push(from + ' to ' + to));
      const keys = [];
      const down = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      const error = await policy.execute((attempt) => {
        keys.push(attempt.idempotencyKey);
        return down();
      }, { method: 'POST' }).catch((reason) => reason);
      const refused = await policy.execute(down).catch((reason) => reason);
      return [reportOf(error).attempts, new Set(keys).size, keys[0].length, isCircuitOpen(refused), events.join()];
    })()`,
    page,
  );
  expect([...seen]).toEqual([3, 1, 36, true, 'closed to open']);
});

it('leaves out what is not used', async () => {
  const all = await bundle(`export * from ${JSON.stringify(entry)};`);
  const one = await bundle(`export { parseRetryAfter } from ${JSON.stringify(entry)};`);
  expect(one).not.toContain('circuit');
  expect(one.length).toBeLessThan(all.length / 4);
});
