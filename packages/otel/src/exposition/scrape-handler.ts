import { TEXT_CONTENT_TYPE } from './text-format.js';

/** The part of a request that the handler reads. */
export interface ScrapeRequest {
  readonly method?: string | undefined;
}

/** The part of a `node:http` response that the handler writes. */
export interface ScrapeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/**
 * Returns a handler for scrapes. It answers GET and HEAD with `text()`, and with 500 if that throws, for example
 * because of a user's clock: in `node:http` an error of a handler would end the process.
 */
export function scrapeHandler(text: () => string): (request: ScrapeRequest, response: ScrapeResponse) => void {
  return ({ method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      response.statusCode = 405;
      response.setHeader('allow', 'GET, HEAD');
      response.end();
      return;
    }
    let body = '';
    try {
      body = text();
      response.statusCode = 200;
      response.setHeader('content-type', TEXT_CONTENT_TYPE);
    } catch {
      response.statusCode = 500;
    }
    // `node:http` sends no body in response to HEAD.
    response.end(body);
  };
}
