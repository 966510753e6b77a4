import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOf, layoutFor, nameOf } from './key-layout.js';

const id = fc.record({ policy: fc.string({ minLength: 1 }), key: fc.string({ minLength: 1 }) });

describe('names', () => {
  it('can be split into policy and key again, whatever characters these have', () => {
    fc.assert(fc.property(id, (one) => expect(idOf(nameOf(one))).toEqual(one)));
  });

  it('differ for different policies or keys', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        const same = one.policy === other.policy && one.key === other.key;
        return (nameOf(one) === nameOf(other)) === same;
      }),
    );
    expect(nameOf({ policy: 'a:b', key: 'c' })).not.toBe(nameOf({ policy: 'a', key: 'b:c' }));
  });
});

describe('keys', () => {
  it('have the name and nothing else as their hash tag', () => {
    fc.assert(
      fc.property(id, (one) => {
        const key = layoutFor('app').breaker(nameOf(one));
        const open = key.indexOf('{');
        expect(key.slice(open + 1, key.indexOf('}', open))).toBe(nameOf(one));
      }),
    );
  });

  it('contain a name only if they belong to this store', () => {
    const { breaker, nameIn } = layoutFor('app');
    expect(nameIn(breaker('billing:a'))).toBe('billing:a');
    expect(nameIn('app:{billing:a}:v9')).toBeUndefined();
    expect(nameIn('other:{billing:a}:v4')).toBeUndefined();
  });

  it('escape the characters of the prefix that have a meaning in a pattern', () => {
    expect(layoutFor('a*[b]?').pattern).toBe('a\\*\\[b\\]\\?:{*}:v4');
  });
});
