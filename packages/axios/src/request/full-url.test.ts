import { afterEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { fullUrl } from './full-url.js';

type Parts = Parameters<typeof fullUrl>[0];
const parts = (baseURL: unknown, url: unknown, allowAbsoluteUrls?: boolean) =>
  ({ baseURL, url, allowAbsoluteUrls, headers: {} }) as Parts;

describe('fullUrl', () => {
  test.each([
    ['https://a.example', '/b'],
    ['https://a.example/', '/b'],
    ['https://a.example//', '//b'],
    ['https://a.example/base/', 'b'],
    ['https://a.example/base', '///b'],
    ['https://a.example', 'https://b.example/c'],
    ['https://a.example', 'HTTPS://b.example/c'],
    ['https://a.example', '//b.example/c'],
    ['https://a.example', ''],
    ['https://a.example', undefined],
    [undefined, 'https://b.example/c'],
    ['', 'https://b.example/c'],
    [undefined, '/relative'],
  ])('joins %j and %j as axios does', (baseURL, url) => {
    expect(fullUrl(parts(baseURL, url))).toBe(axios.getUri({ baseURL, url } as object));
  });

  test('uses the base URL if absolute URLs are not allowed', () => {
    const config = { baseURL: 'https://a.example', url: 'https://b.example/c', allowAbsoluteUrls: false };

    expect(fullUrl(parts(config.baseURL, config.url, false))).toBe(axios.getUri(config));
  });

  test('accepts a URL object, which works though the types of axios have none', () => {
    expect(fullUrl(parts(undefined, new URL('https://a.example/b')))).toBe('https://a.example/b');
  });

  test.each([[undefined], [''], [null]])('is undefined if both are missing: %j', (url) => {
    expect(fullUrl(parts(undefined, url))).toBeUndefined();
  });
});

describe('on a page', () => {
  const global = globalThis as { location?: unknown };

  afterEach(() => {
    delete global.location;
  });

  test.each([
    [undefined, '/b', 'https://page.example/b'],
    ['/api', 'b', 'https://page.example/api/b'],
    [undefined, 'b', 'https://page.example/shop/b'],
    [undefined, '//cdn.example/b', 'https://cdn.example/b'],
    [undefined, 'http://other.example/b', 'http://other.example/b'],
  ])('a relative URL is resolved as a browser does: %j and %j', (baseURL, url, expected) => {
    global.location = { href: 'https://page.example/shop/cart' };

    expect(fullUrl(parts(baseURL, url))).toBe(expected);
  });

  test.each(['about:blank', 'nonsense'])("without an origin in the page's address stays as it is: %s", (href) => {
    global.location = { href };

    expect(fullUrl(parts(undefined, '/b'))).toBe('/b');
  });
});
