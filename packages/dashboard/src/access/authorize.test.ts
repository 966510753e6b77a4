import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it, test } from '@jest/globals';
import { ask } from './authorize.js';

const [request, response] = [{} as IncomingMessage, {} as ServerResponse];

test.each([
  ['a name', 'alice', 'alice'],
  ['an object with a name', { name: 'bob' }, 'bob'],
  ['true', true, 'an operator without a name'],
  ['a promise of a name', Promise.resolve('carol'), 'carol'],
  ['a name with line breaks', 'eve\n[info] all is well', 'eve [info] all is well'],
  ['a name of control characters', '\u0007\u202e', 'an operator without a name'],
  ['a long name', 'x'.repeat(500), 'x'.repeat(100)],
])('%s allows', async (_, answer, name) => {
  expect(await ask(() => answer, request, response)).toEqual({ allowed: true, name });
});

test.each([
  ['false', false],
  ['null', null],
  ['undefined', undefined],
  ['an empty name', ''],
  ['a number', 1],
  ['an object without a name', {}],
  ['a promise of false', Promise.resolve(false)],
  ['a rejection', Promise.reject(new Error('the session store is down'))],
])('%s denies', async (_, answer) => {
  expect(await ask(() => answer as never, request, response)).toEqual({ allowed: false });
});

it('denies if it throws', async () => {
  const authorize = () => {
    throw new Error('no session');
  };
  expect(await ask(authorize, request, response)).toEqual({ allowed: false });
});
