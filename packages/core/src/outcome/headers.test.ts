import { describe, expect, it } from '@jest/globals';
import { AxiosHeaders } from 'axios';
import fc from 'fast-check';
import { hostileValues, revoked, thrower } from '../../test/hostile.js';
import { headerOf, headerRecord } from './headers.js';

/** A source for each kind of headers a client may hand out, from the same pairs. */
const SOURCES = {
  'WHATWG Headers': (pairs: [string, string][]) => new Headers(pairs),
  AxiosHeaders: (pairs: [string, string][]) => new AxiosHeaders(Object.fromEntries(pairs)),
  Map: (pairs: [string, string][]) => new Map(pairs),
  'a list of pairs': (pairs: [string, string][]) => pairs,
  'a plain object': (pairs: [string, string][]) => Object.fromEntries(pairs),
  'an object without a prototype': (pairs: [string, string][]) =>
    Object.assign(Object.create(null), Object.fromEntries(pairs)) as object,
  'lists of values, as of node:http': (pairs: [string, string][]) =>
    Object.fromEntries(pairs.map(([name, value]) => [name, [value]])),
  'something that only has toJSON': (pairs: [string, string][]) => ({ toJSON: () => Object.fromEntries(pairs) }),
  'something that only has forEach': (pairs: [string, string][]) => ({
    forEach: (visit: (value: string, name: string) => void) => {
      for (const [name, value] of pairs) visit(value, name);
    },
  }),
} as const;
type SourceName = keyof typeof SOURCES;
const sourceNames = (Object.keys(SOURCES) as SourceName[]).map((name) => [name] as const);

const plainRecord = (source: unknown): Record<string, string> => ({ ...headerRecord(source) });
describe('headerRecord', () => {
  it.each(sourceNames)('reads %s', (name) => {
    const source = SOURCES[name]([
      ['Retry-After', '120'],
      ['x-request-id', 'a b'],
      ['ETag', ''],
    ]);
    expect(plainRecord(source)).toEqual({ 'retry-after': '120', 'x-request-id': 'a b', etag: '' });
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['lists', { 'Set-Cookie': ['a=1', 'b=2'] }, { 'set-cookie': 'a=1, b=2' }],
    ['spellings', { 'X-A': '1', 'x-a': '2', 'X-a': '3' }, { 'x-a': '1, 2, 3' }],
    ['repeated pairs', [['Vary', 'a'], ['vary', 'b']], { vary: 'a, b' }], // biome-ignore format: one case, one line
    ['numbers', { Age: 3, Via: ['a', 1] }, { age: '3', via: 'a, 1' }],
  ])('joins the values of one name: %s', (_what, source, expected) => {
    expect(plainRecord(source)).toEqual(expected);
  });

  it('joins the cookies that WHATWG Headers keep apart', () => {
    const headers = new Headers();
    headers.append('set-cookie', 'a=1');
    headers.append('set-cookie', 'b=2');
    expect(plainRecord(headers)).toEqual({ 'set-cookie': 'a=1, b=2' });
  });

  it('omits values that are neither text nor number', () => {
    const source = { a: null, b: undefined, c: false, d: {}, e: () => 1, f: [], g: [null], h: Symbol('h'), i: 'kept' };
    expect(plainRecord(source)).toEqual({ i: 'kept' });
    expect(plainRecord([['a'], 'bc', null, [1, 'x'], ['d', 'kept']])).toEqual({ d: 'kept' });
  });

  it.each([[undefined], [null], ['a: b'], [7], [true], [() => 1]])('has no headers for %p', (source) => {
    expect(plainRecord(source)).toEqual({});
  });

  it.each(sourceNames)('is frozen and has no prototype for %s', (name) => {
    const record = headerRecord(SOURCES[name]([['a', 'b']]));
    expect(Object.isFrozen(record)).toBe(true);
    expect(Object.getPrototypeOf(record)).toBeNull();
  });

  it('is frozen if there are no headers', () => {
    expect(Object.isFrozen(headerRecord(undefined))).toBe(true);
  });

  it('treats __proto__ like any other name', () => {
    for (const source of [
      JSON.parse('{"__proto__":"polluted","a":"b"}'),
      [
        ['__proto__', 'polluted'],
        ['a', 'b'],
      ],
    ]) {
      const record = headerRecord(source);
      expect(Object.keys(record).sort()).toEqual(['__proto__', 'a']);
      expect(Object.getPrototypeOf(record)).toBeNull();
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(headerOf(source, '__proto__')).toBe('polluted');
    }
    expect(Object.hasOwn(headerRecord({ a: 'b' }), '__proto__')).toBe(false);
    expect(headerOf({ a: 'b' }, '__proto__')).toBeUndefined();
    expect(headerOf({ a: 'b' }, 'constructor')).toBeUndefined();
  });

  it('keeps what could be read from a source that throws', () => {
    const half = new Proxy(
      { b: '2', a: '1' },
      { get: (target, name) => (name === 'b' ? thrower() : Reflect.get(target, name)) },
    );
    expect(plainRecord(half)).toEqual({ a: '1' });
    function* broken() {
      yield ['a', '1'];
      thrower();
    }
    expect(plainRecord(broken())).toEqual({ a: '1' });
  });
});

describe('headerOf', () => {
  it.each(sourceNames)('finds a header in any case in %s', (name) => {
    const source = SOURCES[name]([
      ['Retry-After', '120'],
      ['x-other', 'x'],
    ]);
    for (const spelling of ['retry-after', 'Retry-After', 'RETRY-AFTER'])
      expect(headerOf(source, spelling)).toBe('120');
    expect(headerOf(source, 'retry-afte')).toBeUndefined();
    expect(headerOf(source, 'no name')).toBeUndefined();
  });

  it('skips invalid values, and joins lists', () => {
    expect(headerOf({ 'retry-after': undefined, 'Retry-After': ['1', '2'] }, 'retry-after')).toBe('1, 2');
    expect(headerOf(new AxiosHeaders({ 'Set-Cookie': ['a', 'b'] }), 'set-cookie')).toBe('a, b');
    expect(headerOf({ ETag: '' }, 'etag')).toBe('');
    expect(headerOf({ 'content-length': 12 }, 'Content-Length')).toBe('12');
  });

  it('reads only one header from Headers, not all of them', () => {
    const headers = new Headers({ a: '1' });
    let reads = 0;
    const source = Object.defineProperty(headers, Symbol.iterator, { get: () => void ++reads });
    expect([headerOf(source, 'a'), headerOf(source, 'b'), reads]).toEqual(['1', undefined, 0]);
  });

  it('ignores inherited properties', () => {
    const source = Object.create({ 'retry-after': '5' }) as object;
    expect(headerOf(source, 'retry-after')).toBeUndefined();
    expect(plainRecord(source)).toEqual({});
  });

  it('reads a header named get', () => {
    expect(headerOf({ get: 'yes' }, 'GET')).toBe('yes');
  });
});

const NAMES = fc.constantFrom(
  'a',
  'X-Trace',
  'Retry-After',
  'ETag',
  'set-cookie',
  'constructor',
  'toString',
  'Valueof',
);
const VALUES = fc.stringMatching(/^(?:[!-~](?:[ -~]{0,8}[!-~])?)?$/);
const PAIRS = fc.uniqueArray(fc.tuple(NAMES, VALUES), { selector: ([name]) => name.toLowerCase() });

describe('headerRecord and headerOf', () => {
  it('agree with each other and with every kind of source', () => {
    fc.assert(
      fc.property(PAIRS, fc.constantFrom(...sourceNames), (pairs, [name]) => {
        const source = SOURCES[name](pairs);
        const expected = Object.fromEntries(pairs.map(([header, value]) => [header.toLowerCase(), value]));
        expect(plainRecord(source)).toEqual(expected);
        for (const [header, value] of pairs) expect(headerOf(source, header)).toBe(value);
        expect(headerOf(source, 'x-absent')).toBeUndefined();
      }),
    );
  });

  it('never throw, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withNullPrototype: true }), (source) => {
        expect(Object.isFrozen(headerRecord(source))).toBe(true);
        expect(['string', 'undefined']).toContain(typeof headerOf(source, 'A'));
      }),
    );
  });

  it.each(
    [
      ...hostileValues(),
      { a: revoked([]) },
      { get: thrower },
      { get: () => revoked([]) },
      { toJSON: thrower },
      { forEach: thrower },
      { [Symbol.iterator]: thrower },
      { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: revoked([]) }) }) },
    ].map((source) => [source]),
  )('find nothing in values that cannot be read: %#', (source) => {
    expect(plainRecord(source)).toEqual({});
    expect(headerOf(source, 'a')).toBeUndefined();
  });
});
