import type { CallEvent } from '@breakwater/core';
import { afterEach, expect, test } from '@jest/globals';
import { stopServers, TestServer } from './server.js';
import { setup } from './setup.js';

afterEach(stopServers);

test('attributesOf of a policy receives method and URL of each request, and its result is in the events', async () => {
  const server = await TestServer.start(503, 200);
  const { client, policy } = setup({
    attributesOf: ({ method, url }) => ({ route: `${method} ${new URL(url ?? '').pathname.replace(/\d+/, ':id')}` }),
  });
  const ended: CallEvent[] = [];
  policy.on('call', (event) => ended.push(event));
  await client(`${server.url}/orders/17`, { searchParams: { token: 'secret' } });
  await client.put(`${server.url}/orders/17/lines/3?token=secret`, { json: {} });
  expect(ended.map(({ attempts, attributes }) => [attempts, attributes])).toEqual([
    [2, { route: 'GET /orders/:id' }],
    [1, { route: 'PUT /orders/:id/lines/3' }],
  ]);
});
