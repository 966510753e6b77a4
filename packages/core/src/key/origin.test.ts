import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUuid } from '../host/uuid.js';
import { seededRandom } from '../testing/random.js';
import { originOf } from './origin.js';

// The first of all, while there is no origin yet that a URL could be compared with.
it('reads no origin from text without one', () => {
  for (const text of ['none yet', 'none yet/', 'undefined', 'undefined?']) expect(originOf(text)).toBeUndefined();
});

it.each<[string | undefined, string | undefined]>([
  [undefined, undefined],
  ['https://api.example.com/path?q=1#h', 'https://api.example.com'],
  ['https://api.example.com', 'https://api.example.com'],
  ['http://localhost:3000/x', 'http://localhost:3000'],
  ['HTTPS://API.Example.com:443/', 'https://api.example.com'],
  ['http://a.example:80', 'http://a.example'],
  ['http://a.example:443', 'http://a.example:443'],
  ['http://a.example:99999/', undefined],
  ['https://user:pw@a.example/', 'https://a.example'],
  ['http://127.0.0.1:80/', 'http://127.0.0.1'],
  ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080'],
  ['http://127.0.0.256/', undefined],
  ['http://127.0.0.01/', 'http://127.0.0.1'],
  ['http://127.0.0.1.5/', undefined],
  ['http://0x7f.1/', 'http://127.0.0.1'],
  ['http://[::1]:8080/x', 'http://[::1]:8080'],
  ['https://bücher.example/', 'https://xn--bcher-kva.example'],
  ['https://xn--a.example/', undefined],
  ['ws://a.example/', 'ws://a.example'],
  ['/relative', undefined],
  ['', undefined],
  ['mailto:a@b.example', undefined],
  ['data:text/plain,x', undefined],
])('reads the origin of %p: %p', (url, origin) => {
  expect(originOf(url)).toBe(origin);
});

it('distinguishes hosts that begin with the same text', () => {
  expect(originOf('https://api.example.com/x')).toBe('https://api.example.com');
  const others = [
    'https://api.example.com.evil.example/',
    'https://api.example.com:8443/',
    'https://api.example.com@evil.example',
  ];
  expect(others.map(originOf)).toEqual([
    'https://api.example.com.evil.example',
    'https://api.example.com:8443',
    'https://evil.example',
  ]);
  for (const rest of ['', '/', '?q', '#h', '\\x']) {
    expect(originOf('https://api.example.com')).toBe('https://api.example.com');
    expect(originOf(`https://api.example.com${rest}`)).toBe('https://api.example.com');
  }
});

it('is the origin that URL would give, for any URL', () => {
  const parsed = (url: string) => {
    try {
      const { origin } = new URL(url);
      return origin === 'null' ? undefined : origin;
    } catch {
      return undefined;
    }
  };
  const hosts = fc.oneof(fc.domain(), fc.webAuthority(), fc.ipV4Extended(), fc.stringMatching(/^[a-z0-9.:-]{0,12}$/));
  const urls = fc.oneof(
    fc.webUrl(),
    fc
      .tuple(
        fc.constantFrom('http', 'https', 'HTTP', 'ftp'),
        hosts,
        fc.constantFrom('', '/', '?q', '#h', ':80', ':443/x', ':0', '\\x'),
      )
      .map(([scheme, host, rest]) => `${scheme}://${host}${rest}`),
  );
  fc.assert(
    fc.property(urls, (url) => {
      expect(originOf(url)).toBe(parsed(url));
    }),
    { numRuns: 3_000 },
  );
});

it('makes version 4 UUIDs itself if the host cannot', () => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  try {
    const random = seededRandom(1);
    const made = Array.from({ length: 100 }, () => randomUuid(random));
    for (const uuid of made)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(100);
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
  }
});
