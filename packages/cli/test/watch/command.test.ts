import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicy, type Policy } from '@breakwater/core';
import { type DashboardOptions, dashboard } from '@breakwater/dashboard';
import { afterEach, describe, expect, it, jest, test } from '@jest/globals';
import type { ExitCode } from '../../src/command-io.js';
import { runBreakwater } from '../../src/program.js';
import { shownOn } from '../screen.js';

const undo: (() => unknown)[] = [];
jest.setTimeout(60_000);

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(
  policy: Policy,
  options: DashboardOptions = {},
): Promise<{ readonly url: string; readonly server: Server }> {
  const page = dashboard({ policies: [policy], instance: 'here', ...options });
  undo.push(() => page.close());
  const server = createServer(page);
  return { url: `${await listen(server)}/breakwater`, server };
}

async function policyWith(...keys: string[]): Promise<Policy> {
  const policy = createPolicy({ name: 'billing' });
  undo.push(() => policy.close());
  for (const key of keys) await policy.execute(() => 1, { key });
  return policy;
}

/** A watch that goes on until the test ends it. */
function watching(
  screen: { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number },
  ...args: string[]
) {
  const shown = { text: '', code: 0 as ExitCode };
  let interrupt = (): void => {};
  let wake = (): void => {};
  const write = (text: string): void => {
    shown.text += text;
    wake();
  };
  const ended = runBreakwater(['watch', ...args], {
    stdout: { ...screen, write },
    stderr: { write },
    env: { NO_COLOR: '1' },
    cwd: '.',
    setExitCode(code) {
      shown.code = code;
    },
    onInterrupt(listener) {
      interrupt = listener;
      return () => {
        interrupt = () => {};
      };
    },
  });
  return {
    shown,
    async until(text: string): Promise<void> {
      while (!shown.text.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async end(): Promise<void> {
      interrupt();
      await ended;
    },
  };
}

describe('breakwater watch', () => {
  it('prints what happens, line by line, if there is no terminal', async () => {
    const policy = await policyWith('a', 'b');
    const { url } = await serve(policy);
    const watch = watching({}, url);
    await watch.until('2 keys, all well');
    policy.breaker('b').open({ by: 'alice' });
    await watch.until('b: Forced open by alice');
    await watch.until('b: Forced open by hand');
    await watch.end();
    expect(watch.shown.code).toBe(0);
    expect(watch.shown.text).not.toContain(String.fromCharCode(27));
    expect(
      watch.shown.text
        .split('\n')
        .filter(Boolean)
        .every((line) => /^\d\d:\d\d:\d\d {2}/.test(line)),
    ).toBe(true);
  });

  it('draws the whole screen of a terminal, and restores it', async () => {
    const policy = await policyWith('https://a.example', 'https://b.example');
    policy.breaker('https://b.example').open();
    const { url } = await serve(policy);
    const watch = watching({ isTTY: true, columns: 100, rows: 20 }, url);
    await watch.until('1 of 2 keys in trouble');
    await watch.until('FORCED    https://b.example');
    await watch.end();
    const code = String.fromCharCode(27);
    expect(watch.shown.text.startsWith(`${code}[?1049h${code}[?25l`)).toBe(true);
    expect(watch.shown.text.endsWith(`${code}[?25h${code}[?1049l`)).toBe(true);
  });

  it('shows that it is disconnected, and reconnects by itself', async () => {
    const policy = await policyWith('a');
    const { url, server } = await serve(policy);
    const watch = watching({}, url);
    await watch.until('1 key, all well');
    server.closeAllConnections();
    await watch.until('not connected, trying again');
    policy.breaker('a').open();
    await watch.until('a: Forced open by hand');
    await watch.end();
  });

  it('sends the headers that it is given', async () => {
    const { url } = await serve(await policyWith('a'), {
      authorize: ({ headers }) => headers.authorization === 'Bearer right' && headers['x-team'] === 'ops',
    });
    const denied = await shownOn({}, 'watch', url);
    expect([denied.code, denied.stderr]).toEqual([2, expect.stringContaining('does not let us in (403)')]);
    const { code, stdout } = await shownOn(
      {},
      'watch',
      url,
      '--once',
      '--header',
      'Authorization: Bearer right',
      '--header',
      'X-Team:ops',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 key, all well')]);
  });
});

describe('breakwater watch --once', () => {
  it('prints the keys in trouble, and ends with 1', async () => {
    const policy = await policyWith('a', 'b');
    policy.breaker('b').open();
    const { url } = await serve(policy);
    // With or without the scheme and the slash.
    for (const address of [url, `${url}/`, url.replace('http://', '')]) {
      const { code, stdout, stderr } = await shownOn({}, 'watch', address, '--once');
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(stdout).toMatch(/1 of 2 keys in trouble/);
      expect(stdout).toMatch(/^forced-open b: Calls are refused because the circuit was opened by hand\./m);
    }
  });
});

test.each([
  [['watch'], 'missing required argument'],
  [['watch', 'ftp://x'], 'begins with http:// or https://'],
  [['watch', 'http://'], 'is no address of a page'],
  [['watch', 'localhost:1', '--header', 'nothing'], 'It must be "Name: value".'],
])('%j is bad usage', async (args, message) => {
  const { code, stderr } = await shownOn({}, ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

it('reports that there is no page, or no server', async () => {
  const other = await listen(createServer((_request, response) => response.end('hello')));
  expect((await shownOn({}, 'watch', other)).stderr).toContain('is no Breakwater page (status 200)');
  const gone = createServer();
  const url = await listen(gone);
  gone.close();
  const { code, stderr } = await shownOn({}, 'watch', url);
  expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be reached: ')]);
});
