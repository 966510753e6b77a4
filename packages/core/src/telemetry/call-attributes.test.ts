import { describe, expect, it } from '@jest/globals';
import { AttributeSets } from './call-attributes.js';

const read = (given: unknown) => new AttributeSets().read(given);

describe('attributes of a call', () => {
  it('keep strings, finite numbers and booleans, by name, as one frozen object', () => {
    const { attributes, broken } = read({ tenant: 'acme', shard: -0, paid: false, 'http.route': '/orders/:id' });
    expect(attributes).toEqual({ 'http.route': '/orders/:id', paid: false, shard: 0, tenant: 'acme' });
    expect(Object.isFrozen(attributes)).toBe(true);
    expect(broken).toBeUndefined();
  });

  it('are none if there is nothing to keep', () => {
    for (const given of [undefined, null, {}, { tenant: undefined }, { tenant: null }, { tenant: '' }, { a: ' \n' }]) {
      expect(read(given)).toEqual({ attributes: undefined, broken: undefined });
    }
  });

  it('name the rule that a result breaks, and keep its usable part', () => {
    const rule = 'must return an object of strings, finite numbers or booleans';
    for (const given of ['acme', 5, true, ['acme'], () => ({}), Symbol('x'), 5n]) {
      expect(read(given)).toEqual({ attributes: undefined, broken: rule });
    }
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 5n, Symbol('x'), {}, ['x'], () => 1]) {
      expect(read({ shard: value, tenant: 'acme' })).toEqual({ attributes: { tenant: 'acme' }, broken: rule });
    }
    const names = 'must return names of letters, digits, dots and underscores';
    for (const name of ['__proto__', '9lives', 'a b', 'a"b', 'ä', 'x'.repeat(65), '']) {
      const given = Object.defineProperty({ tenant: 'acme' }, name, { value: 1, enumerable: true });
      expect(read(given)).toEqual({ attributes: { tenant: 'acme' }, broken: names });
    }
  });

  it('lose possible secrets, and characters that a log or a terminal takes for a command', () => {
    const cases = [
      ['https://me:pw@api.example/orders?token=1#top', 'https://api.example/orders'],
      ['/orders?token=1', '/orders'],
      ['a\nb\u001b[31m\u202ec\u2028', 'ab[31mc'],
      ['\ud83d\ude00\ud83d', '\u{1f600}'],
      [`https://me:${'p'.repeat(5_000)}@api.example/`, 'https://api.example/'],
      ['x'.repeat(5_000), 'x'.repeat(100)],
      [`${'x'.repeat(99)}\u{1f600}`, 'x'.repeat(99)],
    ];
    for (const [given, kept] of cases) expect(read({ route: given }).attributes).toEqual({ route: kept });
  });
});

describe('a flood of attributes', () => {
  it('has 100 values of each name, and _OTHER for later ones', () => {
    const sets = new AttributeSets();
    const of = (tenant: string | number) => sets.read({ tenant }).attributes?.tenant;
    for (let index = 0; index < 100; index += 1) expect(of(`tenant-${index}`)).toBe(`tenant-${index}`);
    expect([of('tenant-100'), of(7), of('tenant-99'), of('tenant-0')]).toEqual([
      '_OTHER',
      '_OTHER',
      'tenant-99',
      'tenant-0',
    ]);
    expect(sets.read({ tenant: 'x', route: 'y' }).attributes).toEqual({ tenant: '_OTHER', route: 'y' });
  });

  it('has 8 names, in one call and in total', () => {
    const names = 'abcdefghijkl'.split('');
    const all = Object.fromEntries(names.map((name) => [name, 1]));
    expect(Object.keys(read(all).attributes ?? {})).toHaveLength(8);
    const sets = new AttributeSets();
    const kept = names.map((name) => sets.read({ [name]: 1 }));
    expect(kept.filter(({ attributes }) => attributes !== undefined)).toHaveLength(8);
    expect(kept.at(-1)?.broken).toBe('must return at most 8 different names');
  });

  it('has 1,000 sets, each of which is one object, and one more of _OTHER alone', () => {
    const sets = new AttributeSets();
    const seen = new Set<unknown>();
    for (let tenant = 0; tenant < 60; tenant += 1) {
      for (let route = 0; route < 60; route += 1) seen.add(sets.read({ tenant, route }).attributes);
    }
    const values = [...seen].map((set) => JSON.stringify(set));
    expect(new Set(values).size).toBe(1_001);
    expect(values).toContain('{"route":"_OTHER","tenant":"_OTHER"}');
    expect(sets.read({ route: 1, tenant: 0 }).attributes).toBe(sets.read({ tenant: 0, route: 1 }).attributes);
  });
});
