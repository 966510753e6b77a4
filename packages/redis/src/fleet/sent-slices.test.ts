import { expect, it } from '@jest/globals';
import { SentSlices } from './sent-slices.js';

it('subtracts its own counts from the sums of the fleet, slice by slice', () => {
  const sent = new SentSlices();
  sent.sent(5, [2, 1, 0]);
  sent.sent(5, [1, 0, 0]);
  sent.sent(7, [4, 4, 0]);
  expect(sent.rest(7, [20, 10])).toEqual([13, 5]);
});

it('forgets a slice that has left the window of ten', () => {
  const sent = new SentSlices();
  sent.sent(5, [2, 1, 0]);
  expect(sent.rest(14, [20, 10])).toEqual([18, 9]);
  expect(sent.rest(15, [20, 10])).toEqual([20, 10]);
});

it('forgets a slice that is newer than the newest: the clock of the server was set back', () => {
  const sent = new SentSlices();
  sent.sent(605, [2, 1, 0]);
  sent.sent(5, [3, 0, 0]);
  expect(sent.rest(5, [20, 10])).toEqual([17, 10]);
  expect(sent.rest(605, [20, 10])).toEqual([20, 10]);
});

it('never returns a negative count, even if the fleet has lost its sums', () => {
  const sent = new SentSlices();
  sent.sent(5, [2, 1, 0]);
  expect(sent.rest(5, [1, 1])).toEqual([0, 0]);
  sent.clear();
  expect(sent.rest(5, [1, 1])).toEqual([1, 1]);
});
