import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import axios from 'axios';
import got from 'got';
import { nothingSent } from '../src/outcome/nothing-sent.js';
import { type Outcome, outcomeOf, outcomeOfError } from '../src/outcome/outcome.js';
import { healthOf, type Verdict, verdictOf } from '../src/outcome/verdict.js';
import { closeLoopback, deadPort, listen, listenRaw } from './loopback.js';
import { SELF_SIGNED } from './self-signed.js';

interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly signal?: AbortSignal;
}

/** Each asks once, follows redirects if it ever does, and reads the body to its end. */
const CLIENTS: Record<string, (url: string, ask?: Ask) => Promise<unknown>> = {
  'node:http': viaHttp,
  fetch: viaFetch,
  'axios over http': (url, ask) => viaAxios('http', url, ask),
  'axios over fetch': (url, ask) => viaAxios('fetch', url, ask),
  got: async (url, ask) => got(url, { retry: { limit: 0 }, ...payload(ask, 'body') }),
};
const clients = Object.entries(CLIENTS);

function viaHttp(url: string, ask?: Ask, options: https.RequestOptions = {}): Promise<unknown> {
  const { request } = url.startsWith('https:') ? https : http;
  const { body, ...asked } = payload(ask, 'body');
  return new Promise((resolve, reject) => {
    request(url, { ...asked, ...options, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ statusCode: response.statusCode, headers: response.headers, body: text }));
    })
      .on('error', reject)
      .end(body);
  });
}

async function viaFetch(url: string, ask?: Ask): Promise<unknown> {
  const response = await fetch(url, payload(ask, 'body'));
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function viaAxios(adapter: 'http' | 'fetch', url: string, ask?: Ask): Promise<unknown> {
  return axios(url, { adapter, proxy: false, ...payload(ask, 'data') });
}

function payload<Name extends string>({ method = 'GET', signal }: Ask = {}, name: Name) {
  const body = (method === 'POST' ? { [name]: 'paid' } : {}) as { [key in Name]?: string };
  return { method, ...body, ...(signal && { signal }) };
}

/** Returns the report of a call through `execute`. */
async function outcome(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return outcomeOf(await call());
  } catch (error) {
    return outcomeOfError(error);
  }
}

type Judged = readonly [kind: string, verdict: Verdict, failure: string, unsent: boolean];

function judged(result: Outcome): Judged {
  return [result.kind, verdictOf(result, new Set([503])), healthOf(result), nothingSent(result)];
}

function codeIn(result: Outcome): string | undefined {
  return result.kind === 'error' ? result.code : undefined;
}

const UNREACHED: Judged = ['error', 'transient', 'failure', true];
const LOST: Judged = ['error', 'transient', 'failure', false];
const UNTRUSTED: Judged = ['error', 'permanent', 'neither', true];
const FINAL: Judged = ['error', 'permanent', 'neither', false];

const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
const HALF_A_CHUNK = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf';
const END = 'Content-Length: 0\r\nConnection: close\r\n\r\n';

const raw = async (scheme: 'http' | 'https', misbehave: Parameters<typeof listenRaw>[0]): Promise<string> =>
  `${scheme}://127.0.0.1:${(await listenRaw(misbehave)).port}/`;

afterEach(closeLoopback);

describe.each(clients)('%s', (name, ask) => {
  it.each<[string, () => Promise<string>, Judged, readonly string[]]>([
    [
      'a refused connection',
      async () => `http://127.0.0.1:${await deadPort()}/`,
      UNREACHED,
      ['ECONNREFUSED', 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION'],
    ],
    [
      'a reset before the headers',
      () => raw('http', (socket) => socket.resetAndDestroy()),
      LOST,
      ['ECONNRESET', 'UND_ERR_SOCKET'],
    ],
    ['an end before the headers', () => raw('http', (socket) => socket.end()), LOST, ['ECONNRESET', 'UND_ERR_SOCKET']],
    [
      'an end in mid-body',
      () => raw('http', (socket) => socket.end(HALF)),
      LOST,
      ['ECONNRESET', 'UND_ERR_SOCKET', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'],
    ],
    [
      'an end in mid-chunk',
      () => raw('http', (socket) => socket.end(HALF_A_CHUNK)),
      LOST,
      ['ECONNRESET', 'UND_ERR_SOCKET'],
    ],
    [
      'malformed HTTP',
      () => raw('http', (socket) => socket.end('nonsense\r\n\r\n')),
      LOST,
      ['HPE_INVALID_CONSTANT', 'HTTPParserError'],
    ],
    [
      'headers without end',
      () => raw('http', (socket) => socket.end(`HTTP/1.1 200 OK\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`)),
      FINAL,
      ['HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW'],
    ],
    [
      'a certificate that nobody vouches for',
      async () => `https://127.0.0.1:${(await listen(tls.createServer(SELF_SIGNED))).port}/`,
      UNTRUSTED,
      ['DEPTH_ZERO_SELF_SIGNED_CERT'],
    ],
    [
      'a server that speaks no TLS',
      () => raw('https', (socket) => socket.end(`HTTP/1.1 400 Bad Request\r\n${END}`)),
      LOST,
      ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ],
  ])('meets %s', async (_what, start, expected, codes) => {
    const url = await start();
    const result = await outcome(() => ask(url));
    expect(judged(result)).toEqual(expected);
    expect(codes).toContain(codeIn(result));
  });

  it('meets a name that DNS does not know', async () => {
    const result = await outcome(() => ask('http://nobody.invalid/'));
    expect(judged(result)).toEqual(UNREACHED);
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(codeIn(result));
  }, 60_000);

  it('meets an invalid URL', async () => {
    const result = await outcome(async () => ask('http://'));
    expect(judged(result)).toEqual(FINAL);
    expect(codeIn(result)).toBe('ERR_INVALID_URL');
  });

  it('meets an unknown scheme', async () => {
    expect(judged(await outcome(async () => ask('ftp://127.0.0.1/')))).toEqual(FINAL);
  });

  it('meets a TLS handshake that the server breaks off', async () => {
    const url = await raw('https', (socket) => socket.end());
    const result = await outcome(() => ask(url, { method: 'POST' }));
    expect(judged(result).slice(0, 3)).toEqual(UNREACHED.slice(0, 3));
    // From Node 24 on, got 15 learns only that its write was cancelled, which proves nothing.
    expect(nothingSent(result)).toBe(codeIn(result) !== 'ECANCELED');
  });

  it('sends nothing to a server whose certificate it rejects', async () => {
    let received = 0;
    const server = tls.createServer(SELF_SIGNED, (socket) => {
      socket
        .on('error', () => {})
        .on('data', () => {
          received += 1;
        });
    });
    const { port, sockets } = await listen(server);
    const result = await outcome(() => ask(`https://127.0.0.1:${port}/`, { method: 'POST' }));
    expect(judged(result)).toEqual(UNTRUSTED);
    await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    expect(received).toBe(0);
  });

  it('meets a server that never answers, and a timeout of its signal', async () => {
    const url = await raw('http', () => {});
    const result = await outcome(() => ask(url, { signal: AbortSignal.timeout(1) }));
    // axios does not pass the reason on: the owner of the signal has it.
    expect(judged(result)).toEqual(name.startsWith('axios') ? FINAL : LOST);
    expect(codeIn(result)).toBe(name.startsWith('axios') ? 'ERR_CANCELED' : 'TimeoutError');
  });

  it('meets an abort', async () => {
    const url = await raw('http', () => {});
    const controller = new AbortController();
    const call = outcome(() => ask(url, { signal: controller.signal }));
    controller.abort();
    expect(judged(await call)).toEqual(FINAL);
  });

  it('meets a 503 that is an answer, with its headers and its body', async () => {
    const { port } = await listen(
      http.createServer((_request, response) => {
        response.writeHead(503, { 'Retry-After': '7', 'Content-Type': 'application/json' }).end('{"wait":true}');
      }),
    );
    const result = await outcome(() => ask(`http://127.0.0.1:${port}/`));
    expect(judged(result)).toEqual(['response', 'transient', 'failure', false]);
    if (result.kind !== 'response') throw new Error('not a response');
    expect([result.status, result.headers['retry-after'], result.body()]).toEqual([503, '7', { wait: true }]);
  });
});

describe.each(clients.filter(([name]) => name !== 'node:http'))('%s', (name, ask) => {
  it('meets redirects without end', async () => {
    const url = await raw('http', (socket) => socket.end(`HTTP/1.1 302 Found\r\nLocation: /\r\n${END}`));
    const result = await outcome(() => ask(url));
    expect(judged(result)).toEqual(FINAL);
    expect(['ERR_FR_TOO_MANY_REDIRECTS', 'ERR_TOO_MANY_REDIRECTS']).toContain(codeIn(result));
  });

  it('meets a refused connection after a redirect, when the first server has had the request', async () => {
    const port = await deadPort();
    const see = `HTTP/1.1 303 See Other\r\nLocation: http://127.0.0.1:${port}/\r\n${END}`;
    const url = await raw('http', (socket) => socket.end(see));
    const result = await outcome(() => ask(url, { method: 'POST' }));
    // fetch does not let us see the redirect.
    expect(judged(result)).toEqual(name.endsWith('fetch') ? UNREACHED : LOST);
  });
});

describe('a reset in mid-body', () => {
  it('is a lost connection for fetch', async () => {
    const { port, sockets } = await listenRaw((socket) => socket.write(HALF));
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const reading = outcome(() => response.text());
    for (const socket of sockets) socket.resetAndDestroy();
    expect(judged(await reading)).toEqual(LOST);
  });

  it('is a lost connection for axios, which calls it a bad response of 200', async () => {
    const { port, sockets } = await listenRaw((socket) => socket.write(HALF));
    const transport = {
      request: (options: http.RequestOptions, answered: (response: http.IncomingMessage) => void) =>
        http.request(options, (response) => {
          answered(response);
          for (const socket of sockets) socket.resetAndDestroy();
        }),
    };
    const result = await outcome(() =>
      axios(`http://127.0.0.1:${port}/`, { adapter: 'http', proxy: false, transport }),
    );
    expect(judged(result)).toEqual(LOST);
    expect(codeIn(result)).toBe('ECONNRESET');
  });
});

describe('an answer of 200 that axios cannot use', () => {
  const serve = async (): Promise<string> => {
    const { port } = await listen(http.createServer((_request, response) => response.end('{"half":')));
    return `http://127.0.0.1:${port}/`;
  };

  it('is of unknown kind if it is not JSON', async () => {
    const url = await serve();
    const transitional = { silentJSONParsing: false };
    const result = await outcome(() => axios(url, { proxy: false, responseType: 'json', transitional }));
    expect(judged(result)).toEqual(FINAL);
    expect(codeIn(result)).toBe('ERR_BAD_RESPONSE');
  });

  it('is of unknown kind if it is too long', async () => {
    const url = await serve();
    const result = await outcome(() => axios(url, { adapter: 'http', proxy: false, maxContentLength: 3 }));
    expect(judged(result)).toEqual(FINAL);
    expect(codeIn(result)).toBe('ERR_BAD_RESPONSE');
  });
});

describe('happy eyeballs', () => {
  const lookup: LookupFunction = (_host, _options, found) => {
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
  };

  it('proves that nothing was sent if each address refused', async () => {
    const port = await deadPort();
    const result = await outcome(() => viaHttp(`http://both.test:${port}/`, { method: 'POST' }, { lookup }));
    expect(result.kind === 'error' && result.error).toHaveProperty('errors');
    expect(judged(result)).toEqual(UNREACHED);
  });
});

describe('HTTP/2', () => {
  const request = (session: http2.ClientHttp2Session): Promise<unknown> =>
    new Promise((resolve, reject) => {
      session.request({ ':method': 'POST', ':path': '/' }).on('error', reject).on('end', resolve).resume().end('paid');
    });

  async function connect(answer: (stream: http2.ServerHttp2Stream) => void): Promise<http2.ClientHttp2Session> {
    const server = http2.createServer();
    server.on('stream', (stream) => answer(stream.on('error', () => {})));
    const { port } = await listen(server);
    const session = http2.connect(`http://127.0.0.1:${port}`).on('error', () => {});
    await new Promise((resolve) => session.once('connect', resolve));
    return session;
  }

  it('proves that nothing was done if the stream was refused', async () => {
    const session = await connect((stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM));
    const result = await outcome(() => request(session));
    session.destroy();
    expect(judged(result)).toEqual(UNREACHED);
    expect(codeIn(result)).toBe('ERR_HTTP2_STREAM_ERROR');
  });

  it('proves nothing if the stream broke', async () => {
    const session = await connect((stream) => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
    const result = await outcome(() => request(session));
    session.destroy();
    expect(judged(result)).toEqual(LOST);
  });

  it('proves that nothing was sent if the session takes no new streams', async () => {
    const session = await connect(() => {});
    session.close();
    const result = await outcome(() => request(session));
    session.destroy();
    expect(judged(result)).toEqual(UNREACHED);
    expect(['ERR_HTTP2_GOAWAY_SESSION', 'ERR_HTTP2_INVALID_SESSION']).toContain(codeIn(result));
  });
});
