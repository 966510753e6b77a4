import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Background, systemBackground } from './host/background.js';
import { type DashboardOptions, type DashboardSettings, resolveDashboardOptions } from './options.js';
import { type Next, Page } from './page.js';

/** Answers the requests of one page. Can be mounted in node:http, express, Nest, fastify and koa. */
export interface Dashboard {
  (request: IncomingMessage, response: ServerResponse, next?: Next): void;
  /** Ends the page: its streams, its timer and its listeners. Later requests get 404. */
  close(): void;
}

/**
 * Makes a live page of the policies: what is in trouble, why, since when, and what follows. It records from now on, so
 * that a page opened later shows the past, in bounded memory: about 20 MB at most, 130 KB for a busy key.
 *
 * @throws TypeError for invalid options, naming option, rule and value.
 */
export function dashboard(options: DashboardOptions = {}): Dashboard {
  return openDashboard(resolveDashboardOptions(options), systemBackground);
}

/** Makes the page with a given clock. */
export function openDashboard(settings: DashboardSettings, background: Background): Dashboard {
  const page = new Page(settings, background);
  const handler = (request: IncomingMessage, response: ServerResponse, next?: Next): void => {
    void page.handle(request, response, next);
  };
  return Object.assign(handler, { close: () => page.close() });
}
