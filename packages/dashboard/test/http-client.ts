import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** One request on a connection of its own, with any headers: `fetch` would not let `Host` be set. */
export function ask(url: string, { method = 'GET', headers = {} }: Sent = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}

/** An event of a stream. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** A stream that is open. */
export interface OpenStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event; waits for it. */
  next(): Promise<StreamEvent>;
  /** All that came so far, as text. */
  readonly text: string;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

export function openStream(url: string, headers: OutgoingHttpHeaders = {}): Promise<OpenStream> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false }, (response) =>
      resolve(streamOf(response, () => sent.destroy())),
    );
    sent.on('error', reject).end();
  });
}

function streamOf(response: IncomingMessage, destroy: () => void): OpenStream {
  let text = '';
  let read = 0;
  let wake = (): void => {};
  response.setEncoding('utf8');
  response.on('data', (chunk) => {
    text += String(chunk);
    wake();
  });
  response.on('error', () => {});
  const ended = new Promise<void>((done) => response.once('close', done));
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get text() {
      return text;
    },
    ended,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n', read);
        if (end < 0) {
          await new Promise<void>((done) => {
            wake = done;
          });
          continue;
        }
        const block = text.slice(read, end);
        read = end + 2;
        const field = (name: string): string =>
          block
            .split('\n')
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2) ?? '';
        if (field('data') !== '') return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
      }
    },
    close: destroy,
  };
}
