import { expect, it } from '@jest/globals';
import { BoundedNames } from './bounded-names.js';

it('keeps the first names, and no more than its bound', () => {
  const names = new BoundedNames(2);
  const seen = ['a', 'b', 'c', 'a', 'd', 'b'].map((name) => names.nameOf(name));
  expect(seen).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER', 'b']);
});
