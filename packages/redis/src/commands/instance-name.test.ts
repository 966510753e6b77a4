import { hostname } from 'node:os';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultInstanceName, instanceIdFor, instanceNameIn } from './instance-name.js';

it('is by default the host and the process id, with a number from the second store of the process on', () => {
  const name = `${hostname()}:${process.pid}`;
  const [first, second] = [defaultInstanceName(), defaultInstanceName()];
  expect([first, second].map((each) => each.replace(/#\d+$/, ''))).toEqual([name, name]);
  expect(first).not.toBe(second);
});

it('can be read from the id, which differs each time and has no space or comma', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (name) => {
      const ids = [instanceIdFor(name), instanceIdFor(name)];
      expect(ids.map(instanceNameIn)).toEqual([name, name]);
      expect(ids[0]).not.toBe(ids[1]);
      for (const id of ids) expect(id).not.toMatch(/[\s,]/);
    }),
  );
});

it('is the whole id if the id has no name in it', () => {
  for (const id of ['1a-2b', '/x', '%zz/1', '']) expect(instanceNameIn(id)).toBe(id);
});
