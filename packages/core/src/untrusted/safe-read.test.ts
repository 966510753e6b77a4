import { describe, expect, it } from '@jest/globals';
import { revoked } from '../../test/hostile.js';
import { isObject, peek, peekList } from './safe-read.js';

const guarded = {
  get loud(): never {
    throw new Error('do not look');
  },
};

describe('peek', () => {
  it('reads own and inherited properties', () => {
    expect(peek({ a: 1 }, 'a')).toBe(1);
    expect(peek(Object.create({ a: 1 }), 'a')).toBe(1);
  });

  it.each([[undefined], [null], ['text'], [1], [() => 1], [{}], [guarded], [revoked({ loud: 1 })]])(
    'finds nothing in a value without the property or one that cannot be read: %#',
    (source) => {
      expect(peek(source, 'loud')).toBeUndefined();
    },
  );
});

describe('peekList', () => {
  it('returns at most the given number of entries, in their order', () => {
    expect(peekList({ list: [1, 2, 3] }, 'list', 2)).toEqual([1, 2]);
    expect(peekList({ list: [1] }, 'list', 2)).toEqual([1]);
  });

  it.each([
    [{}],
    [{ list: 'abc' }],
    [{ list: { length: 3 } }],
    [{ list: revoked([1]) }],
    [{ list: Object.defineProperty([1], 0, { get: () => guarded.loud }) }],
  ])('returns none if the property is not an array, or cannot be read: %#', (source) => {
    expect(peekList(source, 'list', 8)).toEqual([]);
  });
});

describe('isObject', () => {
  it.each<[unknown, boolean]>([
    [{}, true],
    [[], true],
    [revoked({}), true],
    [null, false],
    [undefined, false],
    ['', false],
    [() => 1, false],
  ])('distinguishes objects from other values: %#', (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});
