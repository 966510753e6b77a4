import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parsePath, pathOf, type Step, steps } from './steps.js';
import { startUpstream, type Upstream } from './upstream.js';

let upstream: Upstream;

beforeAll(async () => {
  upstream = await startUpstream(1);
});

afterAll(() => upstream.close());

/** The status and the length of the body, or the code of what went wrong, or how far it came before it stalled. */
function ask(path: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ port: upstream.ports[0], host: '127.0.0.1', path, agent: false }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (path.endsWith('stall-body')) finish(`${response.statusCode}, then silence`);
      });
      response.on('error', ({ message }) => finish(`${response.statusCode}, then ${message}`));
      response.on('end', () => finish(`${response.statusCode} with ${length > 0 ? 'a body' : 'none'}`));
    });
    asked.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message)).end();
    function finish(what: string): void {
      resolve(what);
      asked.destroy();
    }
  });
}

describe('the server', () => {
  // A reset may overtake what was sent before it.
  test.each<[Step, string, string?]>([
    ['ok', '200 with a body'],
    ['gzip', '200 with a body'],
    ['big', '200 with a body'],
    ['gone', '404 with a body'],
    ['broken', '500 with a body'],
    ['busy', '503 with a body'],
    ['throttled', '429 with a body'],
    ['reset', 'ECONNRESET'],
    ['reset-headers', 'ECONNRESET'],
    ['reset-body', '200, then aborted', 'ECONNRESET'],
    ['cut-chunk', '200, then aborted'],
    ['garbage', 'HPE_INVALID_CONSTANT'],
    ['redirect', '302 with none'],
    ['stall-body', '200, then silence'],
    ['leave', '200, then aborted', 'ECONNRESET'],
  ])('plays %s', async (step, ...seen) => {
    expect(seen).toContain(await ask(pathOf(`one-${step}`, [step])));
  });

  test('plays a script by its id, the last step for ever', async () => {
    const path = pathOf('two', ['busy', 'gone']);
    const seen = [await ask(path), await ask(path), await ask(path)];
    expect(seen.map((text) => text.slice(0, 3))).toEqual(['503', '404', '404']);
    upstream.forget();
    expect((await ask(path)).slice(0, 3)).toBe('503');
  });
});

test('a path names its script', () => {
  expect(parsePath(pathOf('id', steps))).toEqual({ id: 'id', steps });
  expect(parsePath('/')).toBeUndefined();
  expect(parsePath('/id/unknown')).toBeUndefined();
});
