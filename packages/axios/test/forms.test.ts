import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosInstance } from 'axios';
import FormDataPackage from 'form-data';
import { reportOf } from '../src/index.js';
import { drive, errorOf } from './drive.js';
import { nowhere, scene } from './set-up.js';

const file = Buffer.from('bytes of a file');
const made = (): FormDataPackage => {
  const form = new FormDataPackage();
  form.append('a', '1');
  form.append('file', file, { filename: 'a.bin', contentType: 'application/octet-stream' });
  return form;
};

const sends: readonly [string, (api: AxiosInstance) => Promise<unknown>][] = [
  ['putForm with a buffer', (api) => api.putForm('/', { a: 1, file })],
  ['put with a form of the form-data package', (api) => api.put('/', made())],
  ['put with such a form and its headers', (api) => api.put('/', made(), { headers: made().getHeaders() })],
  ['an empty form', (api) => api.put('/', new FormDataPackage())],
];

describe.each([
  ['by default', {}],
  ['with beforeAttempt', { resilience: { beforeAttempt: () => ({ 'x-signed': 'yes' }) } }],
  ['without redirects', { maxRedirects: 0 }],
])('a form whose parts are in memory, %s', (_, config) => {
  test.each(sends)('is sent again byte for byte: %s', async (__, send) => {
    const { api, clock, requests } = await scene(config, {}, { status: 503 }, { status: 503 }, { status: 200 });

    const response = await drive(clock, send(api));

    expect(reportOf(response)?.attempts).toBe(3);
    const [first, second, third] = requests;
    const boundary = /boundary=(\S+)/.exec(first?.headers['content-type'] ?? '')?.[1] ?? '';
    expect(boundary).not.toBe('');
    if (first?.body !== '') expect(first?.body).toContain(boundary);
    expect(second?.body).toBe(first?.body);
    expect(third?.body).toBe(first?.body);
    expect(second?.headers['content-type']).toBe(first?.headers['content-type']);
  });
});

test('a POST with such a form is sent again after a refused connection, whole', async () => {
  const { api, clock, policy } = await scene({ baseURL: await nowhere() }, {});
  const error = await errorOf(drive(clock, api.post('/', made())));
  expect(reportOf(error)).toMatchObject({ attempts: 4, stopReason: 'exhausted' });
  expect(policy.snapshot().totals.attempts).toBe(4);
});

test('a POST with such a form is not sent again after an answer', async () => {
  const { api, clock, requests } = await scene({}, {}, { status: 503 });
  const error = await errorOf(drive(clock, api.post('/', made())));
  expect(requests).toHaveLength(1);
  expect(reportOf(error)?.stopReason).toBe('not-idempotent');
});

test("the caller's form is in the same state as after a request of axios alone", async () => {
  const { api, clock, url } = await scene({}, {}, { status: 200 });
  const [ours, theirs] = [made(), made()];
  await drive(clock, api.put('/', ours));
  await axios.put(url, theirs);
  const parts = (form: FormDataPackage): number => (form as unknown as { _streams: unknown[] })._streams.length;
  expect(parts(ours)).toBe(parts(theirs));
});
