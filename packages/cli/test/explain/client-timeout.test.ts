import { attachResilience } from '@breakwater/axios';
import { createPolicy } from '@breakwater/core';
import { resilience } from '@breakwater/got';
import { expect, test } from '@jest/globals';
import axios from 'axios';
import got from 'got';
import { exportedTimeout } from '../../src/explain/client-timeout.js';

const limited = axios.create({ timeout: 2_500 });
const same = got.extend({ timeout: { request: 2_500 } });
const other = got.extend({ timeout: { request: 4_000 } });
const free = axios.create();

test.each<[string, Record<string, unknown>, number | undefined]>([
  ['an axios instance', { api: limited, policy: {} }, 2_500],
  ['a got instance', { default: other }, 4_000],
  ['a CommonJS module as a whole', { default: { api: limited } }, 2_500],
  ['an instance in an exported object', { clients: { api: limited } }, 2_500],
  ['two instances with the same limit', { limited, same }, 2_500],
  ['two with different limits', { limited, other }, undefined],
  ['one with a limit and one without', { limited, free }, undefined],
  ['one without a limit', { free }, undefined],
  ['got with a limit on the response alone', { api: got.extend({ timeout: { response: 1_000 } }) }, undefined],
  ['no client at all', { policy: { defaults: { timeout: 5 } }, text: 'axios', nothing: null }, undefined],
  [
    'a getter that throws',
    {
      get: Object.defineProperty({}, 'defaults', {
        get: () => {
          throw new Error('no');
        },
      }),
    },
    undefined,
  ],
])('%s', (_, exports, limitMs) => {
  expect(exportedTimeout(exports, undefined)).toBe(limitMs);
});

test('of several clients with policies, the limits of those with this policy count', () => {
  const billing = axios.create({ timeout: 1_000 });
  const search = got.extend({ timeout: { request: 4_000 } });
  const { policy: billingPolicy } = attachResilience(billing);
  const searchPolicy = createPolicy();
  const exports = { billing, search: search.extend(resilience(searchPolicy)), limited };
  expect(exportedTimeout(exports, billingPolicy)).toBe(1_000);
  expect(exportedTimeout(exports, searchPolicy)).toBe(4_000);
  expect(exportedTimeout(exports, createPolicy())).toBe(2_500);
});
