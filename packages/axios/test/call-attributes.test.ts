import type { CallEvent } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { drive } from './drive.js';
import { scene } from './set-up.js';

test('attributesOf of a policy receives method and URL of each request, and its result is in the events', async () => {
  const attributesOf = ({ method, url }: { method: string | undefined; url: string | undefined }) => ({
    route: `${method} ${new URL(url ?? '').pathname.replace(/\d+/, ':id')}`,
  });
  const { api, policy, clock } = await scene({}, { attributesOf }, { status: 503 }, { status: 200 });
  const ended: CallEvent[] = [];
  policy.on('call', (event) => ended.push(event));
  await drive(clock, api.get('/orders/17', { params: { token: 'secret' } }));
  await drive(clock, api.request({ url: '/orders/17/lines/3?token=secret', method: 'put', data: {} }));
  expect(ended.map(({ attempts, attributes }) => [attempts, attributes])).toEqual([
    [2, { route: 'GET /orders/:id' }],
    [1, { route: 'PUT /orders/:id/lines/3' }],
  ]);
});
