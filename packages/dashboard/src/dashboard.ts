import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Background, systemBackground } from './host/background.js';
import { type DashboardOptions, type DashboardSettings, resolveDashboardOptions } from './options.js';
import { type Next, Page } from './page.js';

/** Answers the requests of one page. Mounts in node:http, express, Nest, fastify and koa as it is. */
export interface Dashboard {
  (request: IncomingMessage, response: ServerResponse, next?: Next): void;
  /** Ends the page: its streams, its timer and all that it listens to. Later requests get 404. */
  close(): void;
}

/**
 * Makes a live page of the policies: what is in trouble, why, since when, and what comes next. It watches from now on,
 * so that a page which is opened later shows what has been, in bounded memory: about 20 MB at most, 130 KB for a busy
 * key.
 *
 * @throws TypeError for options that are not as they must be, naming option, rule and value.
 */
export function dashboard(options: DashboardOptions = {}): Dashboard {
  return openDashboard(resolveDashboardOptions(options), systemBackground);
}

/** The page, on a clock of the caller's. */
export function openDashboard(settings: DashboardSettings, background: Background): Dashboard {
  const page = new Page(settings, background);
  const handler = (request: IncomingMessage, response: ServerResponse, next?: Next): void => {
    void page.handle(request, response, next);
  };
  return Object.assign(handler, { close: () => page.close() });
}
