import 'reflect-metadata';
import { request as httpRequest, type RequestListener } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, test } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import compression from 'compression';
import express from 'express';
import { fastify } from 'fastify';
import helmet from 'helmet';
import Koa from 'koa';
import type { Dashboard } from '../src/dashboard.js';
import { ask, openStream } from './http-client.js';
import { atEnd, serve, servePage } from './page-server.js';

class EmptyModule {}
Module({})(EmptyModule);

/** Mounts a page at /ops/breakwater, and returns the address of its server. Other paths answer "mine". */
type Mount = (page: Dashboard) => Promise<string>;

const frameworks: Readonly<Record<string, Mount>> = {
  'node:http': (page) =>
    serve((request, response) => {
      if (request.url?.startsWith('/ops/breakwater')) page(request, response);
      else response.end('mine');
    }),

  express: (page) => {
    const app = express();
    app.use('/ops/breakwater', page);
    app.use((_request, response) => void response.send('mine'));
    return serve(app);
  },

  'express behind helmet, compression and a body parser': (page) => {
    const app = express();
    app.use(helmet(), compression({ threshold: 0 }), express.json(), express.urlencoded());
    app.use('/ops/breakwater', page);
    app.use((_request, response) => void response.send('mine'));
    return serve(app);
  },

  'an express router in a router': (page) => {
    const [app, ops] = [express(), express.Router()];
    ops.use('/breakwater', page);
    app.use('/ops', ops);
    app.use((_request, response) => void response.send('mine'));
    return serve(app);
  },

  Nest: async (page) => {
    const app = await NestFactory.create(EmptyModule, { logger: false });
    app.use('/ops/breakwater', page);
    app.use((_request: unknown, response: { send(text: string): void }) => response.send('mine'));
    await app.listen(0, '127.0.0.1');
    atEnd(async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
    });
    return `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/`;
  },

  fastify: async (page) => {
    const app = fastify({ forceCloseConnections: true });
    app.all('/ops/breakwater*', (request, reply) => {
      reply.hijack();
      page(request.raw, reply.raw);
    });
    app.get('/*', () => 'mine');
    await app.listen({ port: 0, host: '127.0.0.1' });
    atEnd(() => app.close());
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
  },

  koa: (page) => {
    const app = new Koa();
    app.use((context) => {
      if (!context.path.startsWith('/ops/breakwater')) {
        context.body = 'mine';
        return;
      }
      context.respond = false;
      page(context.req, context.res);
    });
    return serve(app.callback());
  },

  'a proxy that takes the prefix off': async (page) => {
    const inner = new URL(await serve(page));
    return serve(proxyTo(inner, '/ops/breakwater'));
  },
};

/** Passes requests on without a prefix, as nginx does for `location /prefix/ { proxy_pass http://inner/; }`. */
function proxyTo(inner: URL, prefix: string): RequestListener {
  return (request, response) => {
    const { url = '', method, headers } = request;
    if (!url.startsWith(prefix)) {
      response.end('mine');
      return;
    }
    // Without a slash there is nothing to take off: a proxy leads to the slash by itself.
    if (url === prefix) {
      response.writeHead(302, { location: './breakwater/' }).end();
      return;
    }
    const path = url.slice(prefix.length);
    request.pipe(
      httpRequest({ port: inner.port, host: inner.hostname, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      }),
    );
    response.on('close', () => request.destroy());
  };
}

describe.each(Object.entries(frameworks))('mounted in %s', (_, mount) => {
  async function mounted() {
    const server = await servePage({ admin: { authorize: () => 'alice' } });
    await server.policy.execute(() => 1, { key: 'a' });
    await server.background.clock.advance(1_000);
    return { ...server, base: await mount(server.page) };
  }

  test('it redirects to the slash, and serves the page and all files that it needs', async () => {
    const { base } = await mounted();
    const start = await ask(`${base}ops/breakwater`);
    expect(start.status).toBe(302);
    const at = new URL(start.headers.location ?? '', `${base}ops/breakwater`);
    expect(at.pathname).toBe('/ops/breakwater/');

    const page = await ask(at.href);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; /,
    );
    const addresses = [...page.body.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, address = '']) => address);
    expect(addresses).toHaveLength(3);
    for (const address of [...addresses, 'history.json', 'policy.json?id=api']) {
      const found = await ask(new URL(address, at).href);
      expect([address, found.status]).toEqual([address, 200]);
      expect(found.headers['content-type']).toMatch(/^(text\/(javascript|css)|application\/json); charset=utf-8$/);
    }
    expect(JSON.parse((await ask(new URL('snapshot.json', at).href)).body).keys[0].key).toBe('a');
  });

  test('it streams at once', async () => {
    const { base, background } = await mounted();
    const stream = await openStream(`${base}ops/breakwater/events`, { 'accept-encoding': 'gzip, deflate, br' });
    atEnd(() => stream.close());
    expect(stream.headers['content-encoding']).toBeUndefined();
    expect((await stream.next()).event).toBe('full');
    await background.clock.advance(1_000);
    expect((await stream.next()).event).toBe('delta');
  });

  test('it performs actions, and handles no other path', async () => {
    const { base, policy } = await mounted();
    const token = /name="breakwater-token" content="([^"]*)"/.exec((await ask(`${base}ops/breakwater/`)).body)?.[1];
    const headers = { 'sec-fetch-site': 'same-origin', 'x-breakwater-token': token };
    const acted = await ask(`${base}ops/breakwater/action?do=open&policy=api&key=a`, { method: 'POST', headers });
    expect([acted.status, policy.breaker('a').state]).toEqual([200, 'forced-open']);
    expect((await ask(`${base}elsewhere`)).body).toBe('mine');
  });
});

it('passes unknown paths to the next handler of a framework', async () => {
  const { page } = await servePage();
  const app = express();
  app.use('/breakwater', page);
  app.use((_request, response) => void response.status(418).send('mine'));
  const base = await serve(app);
  expect((await ask(`${base}breakwater/nothing`)).status).toBe(418);
  expect((await ask(`${base}breakwater/action`, { method: 'POST' })).status).toBe(418);
});

it('answers over HTTP/2', async () => {
  const { page } = await servePage();
  const server = createHttp2Server((request, response) => page(request as never, response as never));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  atEnd(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const read = (path: string, headers = {}) =>
    new Promise<{ status: unknown; text: string }>((resolve, reject) => {
      const stream = client.request({ ':path': path, ...headers });
      let status: unknown;
      let text = '';
      stream.on('response', (given) => {
        status = given[':status'];
      });
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += String(chunk);
        if (path === '/events' && text.includes('event: full')) stream.close();
      });
      stream.on('close', () => resolve({ status, text }));
      stream.on('error', reject);
    });
  expect((await read('/snapshot.json')).status).toBe(200);
  expect((await read('/snapshot.json', { ':authority': 'evil.example' })).status).toBe(403);
  expect((await read('/events')).text).toContain('event: full');
});

it('survives a client that disconnects in the middle of an answer', async () => {
  const { url, page } = await servePage({ public: true });
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const stream = await openStream(`${url}events`);
      stream.close();
    }),
  );
  expect((await ask(url)).status).toBe(200);
  // A response that is over before the page answers.
  const base = await serve((request, response) => {
    response.destroy();
    page(request, response);
  });
  await expect(ask(base)).rejects.toThrow();
});
