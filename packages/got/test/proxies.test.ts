import { createRequire } from 'node:module';
import { reportOf } from '@breakwater/core';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Agents, Got } from 'got';
import { HttpsProxyAgent as HpagentHttps, HttpProxyAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { startProxy, type TunnelProxy } from '../../core/test/tunnel-proxy.js';
import { stopServers, TestServer } from './server.js';
import { failureOf, setup } from './setup.js';

// It has no types.
const tunnel = createRequire(import.meta.url)('tunnel') as {
  httpOverHttp(options: object): NonNullable<Agents['http']>;
  httpsOverHttp(options: object): NonNullable<Agents['https']>;
};

const proxies: TunnelProxy[] = [];

afterEach(stopServers);

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

const agents: readonly (readonly [string, (proxy: TunnelProxy) => Agents])[] = [
  ['https-proxy-agent', ({ url }) => ({ http: new HttpsProxyAgent(url), https: new HttpsProxyAgent(url) })],
  ['hpagent', ({ url }) => ({ http: new HttpProxyAgent({ proxy: url }), https: new HpagentHttps({ proxy: url }) })],
  [
    'tunnel',
    ({ port }) => {
      const proxy = { host: '127.0.0.1', port };
      return { http: tunnel.httpOverHttp({ proxy }), https: tunnel.httpsOverHttp({ proxy }) };
    },
  ],
];

describe.each(agents)('a proxy that opens no tunnel, through %s', (_, agentsFor) => {
  async function behind(...statuses: number[]) {
    const proxy = await startProxy(...statuses);
    proxies.push(proxy);
    const { client, policy } = setup({ retry: { maxRetries: 2 } });
    return { api: client.extend({ agent: agentsFor(proxy) }) as Got, policy, proxy };
  }

  test.each([502, 503])('is tried again after %i, also for a POST, since nothing was sent', async (status) => {
    const server = await TestServer.start(200);
    const { api, proxy } = await behind(status, status, 200);
    const response = await api.post(server.url, { body: 'a' });
    expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
    expect(proxy.tunnels).toHaveLength(3);
    expect(server.requests.map(({ body }) => body)).toEqual(['a']);
  });

  test('is tried again for TLS', async () => {
    const { api, policy, proxy } = await behind(502);
    const error = await failureOf(api.post('https://server.test/', { body: 'a' }));
    expect(reportOf(error)).toMatchObject({ attempts: 3, stopReason: 'exhausted' });
    expect(proxy.tunnels).toEqual(Array.from({ length: 3 }, () => 'server.test:443'));
    expect(policy.snapshot().keys['https://server.test']?.breaker?.counts).toMatchObject({ calls: 3, failures: 3 });
  });

  test('is tried again for a stream', async () => {
    const server = await TestServer.start({ body: 'answer' });
    const { api, proxy } = await behind(502, 200);
    const stream = api.stream(server.url);
    const text = await new Promise((resolve, reject) => {
      stream.on('error', reject).on('retry', (_count, _error, createRetryStream: () => AsyncIterable<Buffer>) => {
        read(createRetryStream()).then(resolve, reject);
      });
      stream.resume();
    });
    expect(text).toBe('answer');
    expect(proxy.tunnels).toHaveLength(2);
  });

  test.each([403, 407])('is not tried again after %i, which proves nothing about the server', async (status) => {
    const { api, policy, proxy } = await behind(status);
    const error = await failureOf(api.get('http://server.test/'));
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
    expect(proxy.tunnels).toHaveLength(1);
    expect(policy.snapshot().keys['http://server.test']?.breaker?.counts).toMatchObject({ calls: 0, failures: 0 });
  });

  test('that was reached after a redirect proves nothing about the request before it', async () => {
    const server = await TestServer.start({ status: 307, headers: { location: 'http://other.test/b' } });
    const { api, proxy } = await behind(200, 502, 200);
    const error = await failureOf(api.post(server.url, { body: 'a' }));
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
    expect(proxy.tunnels).toEqual([new URL(server.url).host, 'other.test:80']);
  });
});

async function read(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
