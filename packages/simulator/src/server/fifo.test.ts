import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Fifo } from './fifo.js';

test('returns its items in the order in which they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat()), { maxLength: 5_000, size: 'max' }), (steps) => {
      const queue = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === null) expect(queue.shift()).toBe(model.shift());
        else {
          queue.push(step);
          model.push(step);
        }
        expect([queue.length, queue.peek()]).toEqual([model.length, model[0]]);
      }
      expect(queue.drain()).toEqual(model);
      expect(queue.length).toBe(0);
    }),
    { numRuns: 20 },
  );
});
