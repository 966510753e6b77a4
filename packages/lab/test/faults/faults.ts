import type { Exchange, Fault } from './upstream.js';

/** Writes this and keeps the connection open. */
export function says(text: string | Buffer): Fault {
  return { on: 'request', play: ({ socket }) => void socket.write(text) };
}

/** An answer in good order. */
export function answers(status: string, body = '', ...headers: readonly string[]): Fault {
  const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return says(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export const fine = answers('200 OK', 'fine');

/** Writes this and then ends the connection in good order. */
export function ends(text: string | Buffer = ''): Fault {
  return { on: 'request', play: ({ socket }) => void socket.end(text) };
}

/** Writes this, waits until the client has it, and resets the connection. */
export function resets(text = ''): Fault {
  return {
    on: 'request',
    play: async ({ socket, delivered }) => {
      if (text !== '') {
        socket.write(text);
        await delivered();
      }
      socket.resetAndDestroy();
    },
  };
}

/** Writes this, and nothing more for ever. */
export function stalls(text = ''): Fault {
  return {
    on: 'request',
    stalls: true,
    play: async ({ socket, delivered, stall }) => {
      if (text !== '') {
        socket.write(text);
        await delivered();
      }
      stall();
    },
  };
}

export function onConnection(play: (exchange: Exchange) => void): Fault {
  return { on: 'connection', play };
}

/** Accepts the connection, and nothing more for ever. */
export const silent: Fault = { on: 'connection', stalls: true, play: ({ stall }) => stall() };

export const HEAD = 'HTTP/1.1 200 OK\r\n';
export const HALF = `${HEAD}Content-Length: 8\r\n\r\nhalf`;
export const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;
export const HALF_A_CHUNK = `${CHUNKED}8\r\nhalf`;

/** Redirects the request to this path, or to the same one at an address without a server. */
export function redirects(to: string): Fault {
  return {
    on: 'request',
    play: ({ socket, upstream }) => {
      const location = to === 'nobody' ? upstream.url.replace('127.0.0.1', '127.0.0.2') : to;
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
    },
  };
}

export function compressed(body: Buffer): Fault {
  const head = `${HEAD}Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
  return says(Buffer.concat([Buffer.from(head), body]));
}
