import { afterEach, describe, expect, test } from '@jest/globals';
import type { AxiosRequestConfig } from 'axios';
import { HttpsProxyAgent as HpagentHttps, HttpProxyAgent } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { startProxy, type TunnelProxy } from '../../core/test/tunnel-proxy.js';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import { type Scene, scene } from './set-up.js';

const proxies: TunnelProxy[] = [];

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

type Through = (proxy: TunnelProxy) => AxiosRequestConfig;

const agents: readonly (readonly [string, Through])[] = [
  ['https-proxy-agent', ({ url }) => ({ httpAgent: new HttpsProxyAgent(url) })],
  ['hpagent', ({ url }) => ({ httpAgent: new HttpProxyAgent({ proxy: url }) })],
];
const agentsForTls: readonly (readonly [string, Through])[] = [
  ["axios's own tunnel", ({ port }) => ({ proxy: { protocol: 'http', host: '127.0.0.1', port } })],
  ['https-proxy-agent', ({ url }) => ({ httpsAgent: new HttpsProxyAgent(url) })],
  ['hpagent', ({ url }) => ({ httpsAgent: new HpagentHttps({ proxy: url }) })],
];

async function behind(through: Through, ...statuses: number[]): Promise<Scene & { readonly proxy: TunnelProxy }> {
  const proxy = await startProxy(...statuses);
  proxies.push(proxy);
  const setting = await scene({ proxy: false, ...through(proxy) }, { retry: { maxRetries: 2 } }, { status: 200 });
  return { ...setting, proxy };
}

describe.each(agents)('a proxy that opens no tunnel, through %s', (_, through) => {
  test.each([500, 502, 503, 504])(
    'is tried again after %i, also for a POST, since nothing was sent',
    async (status) => {
      const { api, clock, origin, proxy } = await behind(through, status, status, 200);
      const response = await drive(clock, api.post('/', { a: 1 }));
      expect(reportOf(response)).toMatchObject({ attempts: 3, stopReason: 'success' });
      expect(proxy.tunnels).toHaveLength(3);
      expect(origin.requests.map(({ body }) => body)).toEqual(['{"a":1}']);
    },
  );

  test.each([403, 407])('is not tried again after %i, which proves nothing about the server', async (status) => {
    const { api, clock, policy, proxy, url } = await behind(through, status);
    const error = await errorOf(drive(clock, api.get('/')));
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'permanent' });
    expect(proxy.tunnels).toHaveLength(1);
    expect(policy.snapshot().keys[url]?.breaker?.counts).toMatchObject({ calls: 0, failures: 0 });
  });

  test('that was reached after a redirect proves nothing about the request before it', async () => {
    const { api, clock, proxy } = await behind(through, 200, 502, 200);
    const redirecting = await scene({}, {}, { status: 307, headers: { Location: 'http://other.test/b' } });
    const error = await errorOf(drive(clock, api.post(redirecting.url, 'a')));
    expect(reportOf(error)).toMatchObject({ attempts: 1, stopReason: 'not-idempotent' });
    expect(proxy.tunnels).toEqual([new URL(redirecting.url).host, 'other.test:80']);
  });
});

test.each(agentsForTls)('a tunnel to TLS that a proxy does not open is tried again through %s', async (_, through) => {
  const { api, clock, policy, proxy } = await behind(through, 502);
  const error = await errorOf(drive(clock, api.post('https://server.test/', 'a')));
  expect(reportOf(error)).toMatchObject({ attempts: 3, stopReason: 'exhausted' });
  expect(proxy.tunnels).toEqual(Array.from({ length: 3 }, () => 'server.test:443'));
  expect(policy.snapshot().keys['https://server.test']?.breaker?.counts).toMatchObject({ calls: 3, failures: 3 });
});

test.each(agentsForTls)('a 407 for a tunnel to TLS is final through %s', async (_, through) => {
  const { api, clock, proxy } = await behind(through, 407);
  expect(reportOf(await errorOf(drive(clock, api.get('https://server.test/'))))).toMatchObject({ attempts: 1 });
  expect(proxy.tunnels).toHaveLength(1);
});

test('a 502 of the server itself does not cause a POST to be sent again, with a proxy or without', async () => {
  for (const statuses of [[200], []]) {
    const proxy = await startProxy(...statuses);
    proxies.push(proxy);
    const agent = { httpAgent: new HttpsProxyAgent(proxy.url) };
    const { api, clock, requests } = await scene(statuses.length > 0 ? agent : {}, {}, { status: 502 });
    expect(reportOf(await errorOf(drive(clock, api.post('/', 'a'))))).toMatchObject({ stopReason: 'not-idempotent' });
    expect(requests).toHaveLength(1);
  }
});
