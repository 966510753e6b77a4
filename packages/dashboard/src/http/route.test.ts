import { describe, expect, it, test } from '@jest/globals';
import { routeOf } from './route.js';

describe('a route without a mount', () => {
  test.each([
    ['/', 'page'],
    ['/breakwater/', 'page'],
    ['/breakwater/?a=1', 'page'],
    ['/ops/breakwater/app.js', 'app.js'],
    ['/breakwater/app.css?hash', 'app.css'],
    ['/breakwater/events', 'events'],
    ['/breakwater/snapshot.json', 'snapshot.json'],
    ['/breakwater/history.json?policy=a', 'history.json'],
    ['/breakwater/action?do=open', 'action'],
    ['/breakwater', './breakwater/'],
    ['/breakwater?a=1', './breakwater/?a=1'],
    ['/ops/breakwater', './breakwater/'],
    ['/breakwater/favicon.ico', 'unknown'],
  ])('%s is %s', (url, expected) => {
    expect(nameOf(routeOf({ url }))).toBe(expected);
  });
});

describe('a route behind a mount', () => {
  test.each([
    ['/', '/breakwater', './breakwater/'],
    ['/?a=1', '/breakwater?a=1', './breakwater/?a=1'],
    ['/', '/breakwater/', 'page'],
    ['/app.js', '/breakwater/app.js', 'app.js'],
    ['/nothing', '/breakwater/nothing', 'unknown'],
    ['/events', '/a/b/events', 'events'],
  ])('%s of %s is %s', (url, originalUrl, expected) => {
    expect(nameOf(routeOf({ url, originalUrl }))).toBe(expected);
  });
});

it('never leads to another host', () => {
  for (const url of ['//evil.example', '/x//evil.example', '/\\evil.example', '//evil.example/x']) {
    const route = routeOf({ url });
    const from = new URL('http://host.example/a/');
    if (route.kind === 'redirect') expect(new URL(route.location, from).host).toBe('host.example');
  }
});

it('reads the query', () => {
  const route = routeOf({ url: '/x/history.json?policy=a%20b&key=https%3A%2F%2Fx' });
  expect(route.kind === 'file' && [...route.query]).toEqual([
    ['policy', 'a b'],
    ['key', 'https://x'],
  ]);
});

function nameOf(route: ReturnType<typeof routeOf>): string {
  if (route.kind === 'file') return route.file;
  return route.kind === 'redirect' ? route.location : route.kind;
}
