import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { PageTokens } from './page-tokens.js';
import { isSameOrigin } from './same-origin.js';

test.each<[Record<string, string>, boolean]>([
  [{ 'sec-fetch-site': 'same-origin', host: 'a.example' }, true],
  [{ 'sec-fetch-site': 'same-site', origin: 'https://a.example', host: 'a.example' }, false],
  [{ 'sec-fetch-site': 'cross-site', origin: 'https://a.example', host: 'a.example' }, false],
  [{ 'sec-fetch-site': 'none', host: 'a.example' }, false],
  [{ origin: 'https://a.example', host: 'a.example' }, true],
  [{ origin: 'https://a.example', host: 'a.example:443' }, true],
  [{ origin: 'http://A.example:8080', host: 'a.example:8080' }, true],
  [{ origin: 'http://a.example', host: 'a.example:8080' }, false],
  [{ origin: 'https://evil.example', host: 'a.example' }, false],
  [{ origin: 'null', host: 'a.example' }, false],
  [{ origin: 'file://', host: '' }, false],
  [{ host: 'a.example' }, false],
  [{ origin: 'https://a.example' }, false],
])('%j is from the same origin: %s', (headers, expected) => {
  expect(isSameOrigin({ headers } as unknown as IncomingMessage)).toBe(expected);
});

test('a token is valid for twelve hours in the process that issued it', () => {
  let nowMs = 1_000;
  const tokens = new PageTokens(() => nowMs);
  const token = tokens.issue();
  expect(tokens.isValid(token)).toBe(true);
  expect(tokens.issue()).not.toBe(token);
  expect(new PageTokens(() => nowMs).isValid(token)).toBe(false);
  nowMs += 12 * 3_600_000;
  expect(tokens.isValid(token)).toBe(true);
  nowMs += 1;
  expect(tokens.isValid(token)).toBe(false);
});

test('nothing else is a token', () => {
  const tokens = new PageTokens(() => 1_000);
  const [random, at, signature] = tokens.issue().split('.');
  for (const wrong of [
    undefined,
    '',
    '.',
    '..',
    'x',
    `${random}.${Number(at) - 1}.${signature}`,
    `${random}.${at}.x`,
  ]) {
    expect(tokens.isValid(wrong)).toBe(false);
  }
});
