import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { isOneShotBody } from './attempt-body.js';

test.each([
  ['none', undefined],
  ['a string', 'text'],
  ['a buffer', Buffer.from('bytes')],
  ['a typed array', new Uint8Array([1])],
  ['a view', new DataView(new ArrayBuffer(1))],
])('%s is sent again as it is', (_, body) => {
  expect(isOneShotBody(body)).toBe(false);
});

test.each([
  ['a stream', Readable.from(['a'])],
  ['a web stream', new ReadableStream()],
  ['a generator', (function* () {})()],
  ['FormData', new FormData()],
  ['an array of chunks', ['a']],
])('%s is not', (_, body) => {
  expect(isOneShotBody(body)).toBe(true);
});
