import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { isOneShotBody } from './attempt-body.js';

test.each([
  ['none', undefined],
  ['a string', 'text'],
  ['a buffer', Buffer.from('bytes')],
  ['a typed array', new Uint8Array([1])],
  ['a view', new DataView(new ArrayBuffer(1))],
  ['an array of chunks', ['a']],
  ['a set of chunks', new Set(['a'])],
  ['an iterable that begins anew', { [Symbol.iterator]: () => ['a'][Symbol.iterator]() }],
  ['an async iterable that begins anew', { async *[Symbol.asyncIterator]() {} }],
])('%s is sent again unchanged', (_, body) => {
  expect(isOneShotBody(body)).toBe(false);
});

test.each([
  ['a stream', Readable.from(['a'])],
  ['a web stream', new ReadableStream()],
  ['a generator', (function* () {})()],
  ['an async generator', (async function* () {})()],
  ['an iterator', ['a'].values()],
  ['FormData', new FormData()],
])('%s is not', (_, body) => {
  expect(isOneShotBody(body)).toBe(true);
});
