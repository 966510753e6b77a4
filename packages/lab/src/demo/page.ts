import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createPolicy, type Policy } from '@breakwater/core';
import { dashboard } from '@breakwater/dashboard';
import { guardedClients } from './clients.js';
import { startLoad } from './load.js';
import { callsPerSecond, type Phase } from './scenario.js';
import { Side } from './side.js';
import { startUpstreams } from './upstream-handle.js';

/** Output of the demo on a page. `isTTY` tells if a user may be there. */
export interface PageDemoOutput {
  write(text: string): void;
  readonly isTTY: boolean;
}

/**
 * Plays the phases on one server again and again, beside one that is always well, and shows both on the dashboard.
 *
 * Rejects when the signal aborts. Everything that it started has ended then.
 */
export async function showOnPage(phases: readonly Phase[], output: PageDemoOutput, signal: AbortSignal): Promise<void> {
  const [suffering, healthy] = await startUpstreams();
  const names = new Map([
    [suffering.origin, 'orders.demo'],
    [healthy.origin, 'search.demo'],
  ]);
  const policy = createPolicy({
    name: 'demo',
    limit: { kind: 'adaptive' },
    keyOf: ({ url = '' }) => names.get(new URL(url).origin) ?? 'other',
  });
  const sides = [suffering, healthy].map((upstream) => new Side(upstream, guardedClients(upstream.origin, policy)));
  let phase = phases[0] as Phase;
  const load = startLoad(sides, callsPerSecond, () => phase.name);
  const { url, close } = await servePage(policy);
  output.write(`\n  The page: ${url}\n  Ctrl-C ends it.\n`);
  if (output.isTTY) openInBrowser(url);
  try {
    for (;;) {
      for (phase of phases) {
        suffering.change(phase.conditions);
        output.write(`\norders.demo, ${phase.name}: ${phase.says}`);
        await delay(phase.endMs - phase.startMs, undefined, { signal });
      }
    }
  } finally {
    output.write('\n');
    await close();
    policy.close();
    await load.finish(0);
    await Promise.all(sides.map((side) => side.end()));
  }
}

async function servePage(policy: Policy): Promise<{ readonly url: string; close(): Promise<void> }> {
  const page = dashboard({ policies: [policy], title: 'Breakwater demo', admin: { authorize: () => 'you' } });
  const server: Server = createServer(page).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    async close() {
      page.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** On a desktop. Without one this is no error: the address has been printed. */
function openInBrowser(url: string): void {
  const { CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI) return;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return;
  const [program, args] =
    process.platform === 'win32'
      ? ['cmd', ['/c', 'start', '', url]]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
  const child = spawn(program as string, args as string[], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
