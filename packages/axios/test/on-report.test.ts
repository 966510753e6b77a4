import type { CallReport } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { drive, errorOf } from './drive.js';
import { scene } from './set-up.js';

test('onReport receives the report behind an interceptor that returns only the data', async () => {
  const reports: CallReport[] = [];
  const config = { resilience: { onReport: (report: CallReport) => void reports.push(report) } };
  const { api, clock } = await scene(config, {}, { status: 503 }, { status: 200, body: '{"id":1}' });
  api.interceptors.response.use((response) => response.data);

  expect(await drive(clock, api.get('/'))).toEqual({ id: 1 });
  expect(reports).toEqual([expect.objectContaining({ attempts: 2, stopReason: 'success' })]);
});

test('onReport receives the report of a failed request, and of a refused one', async () => {
  const reports: CallReport[] = [];
  const config = { resilience: { onReport: (report: CallReport) => void reports.push(report) } };
  const { api, policy, url } = await scene(config, { retry: false }, { status: 500 });

  await errorOf(api.get('/'));
  policy.breaker(url).open();
  await errorOf(api.get('/'));

  expect(reports.map(({ attempts, stopReason }) => [attempts, stopReason])).toEqual([
    [1, 'disabled'],
    [0, 'circuit-open'],
  ]);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('no');
    },
  ],
])('an onReport that %s fails no request', async (_, onReport) => {
  const { api } = await scene({ resilience: { onReport } }, {}, { status: 200 });
  expect((await api.get('/')).status).toBe(200);
});

test('an onReport that is not a function is named in the error', async () => {
  const { api } = await scene({}, {}, { status: 200 });
  const error = await errorOf(api.get('/', { resilience: { onReport: 1 as never } }));
  expect(error.message).toBe('resilience.onReport must be a function, got number');
});
