import { expect, it } from '@jest/globals';
import { hostileValues } from '../../test/hostile.js';
import { errorOutcome, responseOutcome, valueOutcome } from './outcome.js';
import { ownMethodsOf } from './own-method.js';

const post = { method: 'post', url: 'https://api.example.com' };

it.each<[string, object]>([
  ['config.method, of axios', { config: post }],
  ['request.options.method, of got', { request: { options: post } }],
  ['options.method, of got', { options: post }],
  ['request.method, of ky', { request: post }],
  ['req.method, of superagent', { req: post }],
])('finds %s, in errors and in answers', (_where, holder) => {
  const answer = { status: 503, headers: {}, ...holder };
  expect(ownMethodsOf(errorOutcome(Object.assign(new Error('oops'), holder)), undefined)).toEqual(['POST']);
  expect(ownMethodsOf(responseOutcome({ status: 503, headers: {}, response: answer }), undefined)).toEqual(['POST']);
  expect(ownMethodsOf(valueOutcome(answer), undefined)).toEqual(['POST']);
  expect(ownMethodsOf(errorOutcome({ response: holder }), undefined)).toEqual(['POST']);
});

it('finds each method once, in causes and in the error that carried the answer', () => {
  const cause = Object.assign(new Error('inner'), { config: { ...post, method: 'PUT' } });
  const outer = Object.assign(new Error('outer', { cause }), { config: post });
  const carrier = Object.assign(new Error('carrier'), { options: { method: 'delete', headers: {} }, req: post });
  expect(ownMethodsOf(errorOutcome(outer), carrier)).toEqual(['POST', 'PUT', 'DELETE']);
});

it.each(['url', 'headers', 'path', 'hostname'])('reads a method beside a %s as that of a request', (name) => {
  expect(ownMethodsOf(valueOutcome({ config: { method: 'GET', [name]: 'x' } }), undefined)).toEqual(['GET']);
});

it.each([
  { config: { method: 'GET' } },
  { config: { ...post, method: 5 } },
  { config: { ...post, method: 'GET /' } },
  { config: { ...post, method: '' } },
  { config: { ...post, method: 'G'.repeat(33) } },
  { config: 'post' },
  {},
  ...hostileValues(),
])('finds none in objects that name no request: %#', (value) => {
  expect(ownMethodsOf(valueOutcome(value), undefined)).toEqual([]);
});
