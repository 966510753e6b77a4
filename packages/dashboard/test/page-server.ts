import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { afterEach } from '@jest/globals';
import { type Dashboard, openDashboard } from '../src/dashboard.js';
import { type DashboardOptions, resolveDashboardOptions } from '../src/options.js';
import { type ManualBackground, manualBackground } from './manual-background.js';

/** A page on a clock that the test moves, behind a real server on loopback. */
export interface PageServer {
  readonly url: string;
  readonly page: Dashboard;
  readonly policy: Policy;
  readonly background: ManualBackground;
}

const undo: (() => unknown)[] = [];

/** Importing this file makes every test end with its servers closed. */
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

export async function servePage(
  options: DashboardOptions = {},
  policyOptions: PolicyOptions = {},
): Promise<PageServer> {
  const background = manualBackground();
  const policy = createPolicy({ name: 'api', clock: background.clock, random: () => 0.5, ...policyOptions });
  const settings = resolveDashboardOptions({ policies: [policy], instance: 'here', ...options });
  const page = openDashboard(settings, background);
  undo.push(() => page.close());
  return { url: await serve(page), page, policy, background };
}

/** Starts a server on loopback and returns its address, with a slash at the end. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => closeServer(server));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Does something when the test ends. */
export function atEnd(step: () => unknown): void {
  undo.push(step);
}
