import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, jest } from '@jest/globals';
import { LiveSet } from './live-set.js';

// Garbage collection, on a machine that may have other things to do.
jest.setTimeout(30_000);

it('keeps no value alive, and keeps nothing of a collected one', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const set = new LiveSet<object>();
  const kept = {};
  set.add(kept);
  for (let index = 0; index < 100; index += 1) set.add({ index });
  expect(set.size).toBe(101);
  // A finalizer runs in a task of its own, some time after the collection. The bound makes a leak fail instead of going
  // on for ever.
  for (let round = 0; set.size > 1 && round < 100; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(set.values()).toEqual([kept]);
});
