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

/** Returns a handler for a scrape: it answers GET and HEAD with `text()`. */
export function scrapeHandler(text: () => string): (request: ScrapeRequest, response: ScrapeResponse) => void {
  return ({ method }, response) => {
    if (method !== 'GET' && method !== 'HEAD') {
      response.statusCode = 405;
      response.setHeader('allow', 'GET, HEAD');
      response.end();
      return;
    }
    response.statusCode = 200;
    response.setHeader('content-type', TEXT_CONTENT_TYPE);
    // `node:http` sends no body in answer to HEAD.
    response.end(text());
  };
}
