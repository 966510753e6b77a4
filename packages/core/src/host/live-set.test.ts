import { expect, it } from '@jest/globals';
import { LiveSet } from './live-set.js';

it('holds each value once, the oldest first', () => {
  const set = new LiveSet<object>();
  const [one, other] = [{}, {}];
  for (const value of [one, other, one]) set.add(value);
  expect(set.values()).toEqual([one, other]);
  expect(set.values()[0]).toBe(one);
});

it('forgets a deleted value, and accepts it again', () => {
  const set = new LiveSet<object>();
  const value = {};
  set.add(value);
  set.delete(value);
  set.delete(value);
  expect([set.values(), set.size]).toEqual([[], 0]);
  set.add(value);
  expect(set.values()).toEqual([value]);
});

it('notifies its listeners once of each change, until they are removed', () => {
  const set = new LiveSet<object>();
  const told: unknown[] = [];
  const listener = { added: (value: object) => told.push(['added', value]), removed: () => told.push('removed') };
  const undo = set.watch(listener);
  const undoAgain = set.watch(listener);
  const value = {};
  set.add(value);
  set.add(value);
  expect(told).toEqual([
    ['added', value],
    ['added', value],
  ]);
  undoAgain();
  set.delete(value);
  set.delete(value);
  expect(told.slice(2)).toEqual(['removed']);
  undo();
  set.add(value);
  expect(told).toHaveLength(3);
});

it('adds and removes values even if a listener throws, and notifies the others', () => {
  const set = new LiveSet<object>();
  const told: object[] = [];
  set.watch({
    added: () => {
      throw new Error('broken');
    },
  });
  set.watch({ added: (value) => told.push(value) });
  const value = {};
  set.add(value);
  expect([set.values(), told]).toEqual([[value], [value]]);
});
