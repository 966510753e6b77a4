import { expect, it } from '@jest/globals';
import { BoundedNames } from './bounded-names.js';

it('keeps the first names, however many come after them', () => {
  const names = new BoundedNames(2);
  const seen = ['a', 'b', 'c', 'a', 'd', 'b'].map((name) => names.nameOf(name));
  expect(seen).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER', 'b']);
});
