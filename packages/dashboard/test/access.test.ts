import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, test } from '@jest/globals';
import { ask } from './http-client.js';
import { atEnd, closeServer, servePage } from './page-server.js';

const READS = ['', 'app.js', 'app.css', 'snapshot.json', 'history.json', 'policy.json?id=api', 'events', 'nested/'];

describe('without authorize', () => {
  it('answers this machine', async () => {
    const { url } = await servePage();
    const { port } = new URL(url);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'localhost']) {
      expect((await ask(`${url}snapshot.json`, { headers: { host } })).status).toBe(200);
    }
  });

  test.each(READS)(
    'answers nothing at /%s to a page of another site that has its name point to this machine',
    async (path) => {
      const { url } = await servePage();
      const { status, body } = await ask(url + path, { headers: { host: 'evil.example' } });
      expect(status).toBe(403);
      expect(body).toContain('authorize');
      expect(body).not.toContain('api');
    },
  );

  test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'])(
    'answers nothing through a proxy that sets %s',
    async (name) => {
      const { url } = await servePage();
      for (const path of READS) {
        expect((await ask(url + path, { headers: { host: 'localhost', [name]: '10.0.0.7' } })).status).toBe(403);
      }
    },
  );

  it('does not answer another machine, whatever its headers', async () => {
    const address = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    // A machine with no other address than loopback has no other peers: `isFromLoopback` is tested by itself.
    if (address === undefined) return;
    const { page } = await servePage();
    const server = createServer(page).listen(0, address);
    await once(server, 'listening');
    atEnd(() => closeServer(server));
    const url = `http://${address}:${(server.address() as AddressInfo).port}/snapshot.json`;
    expect((await ask(url, { headers: { host: 'localhost' } })).status).toBe(403);
  });
});

describe('with public: true', () => {
  it('answers every request', async () => {
    const { url } = await servePage({ public: true });
    const headers = { host: 'status.example', 'x-forwarded-for': '10.0.0.7', via: '1.1 proxy' };
    expect((await ask(`${url}snapshot.json`, { headers })).status).toBe(200);
  });
});

describe('with authorize', () => {
  it('answers the requests that it allows, from anywhere, and no others', async () => {
    const authorize = async (request: { headers: { authorization?: string | undefined } }) =>
      request.headers.authorization === 'Bearer right' ? 'alice' : undefined;
    const { url } = await servePage({ authorize });
    const headers = { host: 'ops.example', 'x-forwarded-for': '10.0.0.7' };
    expect((await ask(url, { headers: { ...headers, authorization: 'Bearer right' } })).status).toBe(200);
    for (const path of READS) {
      expect((await ask(url + path, { headers: { ...headers, authorization: 'Bearer wrong' } })).status).toBe(403);
      expect((await ask(url + path)).status).toBe(403);
    }
  });

  it('denies if it throws or rejects', async () => {
    const failing = [
      () => {
        throw new Error('the secret is 42');
      },
      () => Promise.reject(new Error('the secret is 42')),
    ];
    for (const authorize of failing) {
      const { url } = await servePage({ authorize });
      const { status, body } = await ask(url);
      expect(status).toBe(403);
      expect(body).not.toContain('42');
    }
  });

  it('denies with the status and headers that it has set', async () => {
    const { url } = await servePage({
      authorize: (_request, response) => {
        response.statusCode = 401;
        response.setHeader('www-authenticate', 'Basic realm="ops"');
        return false;
      },
    });
    const { status, headers } = await ask(url);
    expect([status, headers['www-authenticate']]).toEqual([401, 'Basic realm="ops"']);
  });

  it('may answer by itself', async () => {
    const { url } = await servePage({
      authorize: (_request, response) => {
        response.writeHead(302, { location: '/login' }).end();
        return false;
      },
    });
    const { status, headers } = await ask(url);
    expect([status, headers.location]).toEqual([302, '/login']);
  });
});

describe('every answer', () => {
  it('has a strict policy of its own, whatever was set before, and none is kept by others', async () => {
    const { url } = await servePage();
    for (const path of ['', 'app.js', 'snapshot.json', 'nested', 'nothing.txt']) {
      const { headers } = await ask(url + path);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['cache-control']).toMatch(/no-store|private/);
    }
  });

  it('to an unsupported method is 405', async () => {
    const { url } = await servePage();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await ask(`${url}snapshot.json`, { method });
      expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('has an escaped title, and a script in a key as text in JSON', async () => {
    const { url, policy } = await servePage({ title: '</title><script>alert(1)</script>"' });
    await policy.execute(() => 1, { key: '<script>alert(2)</script>' });
    const { body } = await ask(url);
    expect(body).not.toContain('<script>alert');
    expect(body).toContain('&#60;script&#62;alert(1)');
  });

  it('to HEAD has no body', async () => {
    const { url } = await servePage();
    const { status, headers, body } = await ask(url, { method: 'HEAD' });
    expect([status, body, Number(headers['content-length']) > 500]).toEqual([200, '', true]);
  });

  it('to a page that has the script already is 304', async () => {
    const { url } = await servePage();
    const { etag } = (await ask(`${url}app.js`)).headers;
    expect((await ask(`${url}app.js`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});
