import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import FormDataPackage from 'form-data';
import { isOneShotBody } from './one-shot-body.js';

describe('isOneShotBody', () => {
  test.each([
    ['a Node stream', Readable.from(['a'])],
    ['a web stream', new Blob(['a']).stream()],
    ['a web stream that is no async iterable', { getReader: () => {} }],
    ['the form-data package', new FormDataPackage()],
    ['an async generator', (async function* () {})()],
  ])('is true for %s', (_, body) => {
    expect(isOneShotBody(body)).toBe(true);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'a'],
    ['a Buffer', Buffer.from('a')],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a typed array', new Uint8Array(1)],
    ['a Blob', new Blob(['a'])],
    ["the platform's own FormData", new FormData()],
    ['URLSearchParams', new URLSearchParams('a=b')],
    ['an object', { a: 1 }],
  ])('is false for %s', (_, body) => {
    expect(isOneShotBody(body)).toBe(false);
  });
});
