import { expect, it } from '@jest/globals';
import { SideTable } from './side-table.js';

const targets: readonly (readonly [string, object])[] = [
  ['a plain object', { a: 1 }],
  ['an object without prototype', Object.create(null)],
  ['a frozen object', Object.freeze({ a: 1 })],
  ['an array', [1]],
  ['a function', () => 1],
  ['an error', new Error('oops')],
  ['a proxy that forbids everything', new Proxy({}, forbidding())],
];

function forbidding(): ProxyHandler<object> {
  const no = () => {
    throw new Error('touched');
  };
  return { get: no, set: no, has: no, defineProperty: no, ownKeys: no, getPrototypeOf: no, isExtensible: no };
}

it.each(targets)('keeps the latest value for %s, without a trace on it', (name, target) => {
  const kept = new SideTable<number>();
  const keys = name.startsWith('a proxy') ? [] : Reflect.ownKeys(target);
  expect(kept.get(target)).toBeUndefined();
  kept.set(target, 1);
  kept.set(target, 2);
  expect(kept.get(target)).toBe(2);
  if (!name.startsWith('a proxy')) expect(Reflect.ownKeys(target)).toEqual(keys);
});

it('is separate from other tables', () => {
  const target = {};
  const one = new SideTable<string>();
  const other = new SideTable<string>();
  one.set(target, 'one');
  expect(other.get(target)).toBeUndefined();
  other.set(target, 'other');
  expect([one.get(target), other.get(target)]).toEqual(['one', 'other']);
});

it('does not pass its values to copies and derived objects', () => {
  const target = { a: 1 };
  const kept = new SideTable<number>();
  kept.set(target, 1);
  expect([kept.get({ ...target }), kept.get(Object.create(target))]).toEqual([undefined, undefined]);
});
