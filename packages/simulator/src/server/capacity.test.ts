import { expect, test } from '@jest/globals';
import type { Behaviour } from './behaviour.js';
import { capacityWithin } from './capacity.js';

test.each<[string, Behaviour, number]>([
  ['slots by service time', { slots: 10, serviceMs: 20 }, 500],
  ['the mean of a distribution', { slots: 2, serviceMs: { kind: 'exponential', meanMs: 100 } }, 20],
  ['slower by a factor', { slots: 10, slowFactor: 4 }, 250],
  ['slots that grow in whole numbers', { slots: { from: 0, to: 10, overMs: 1_000 } }, 450],
  ['less what fails whatever the load', { slots: 10, faults: [{ kind: 'hang', share: 0.2 }] }, 800],
  [
    'but not what is only slow, or of one route',
    {
      slots: 10,
      faults: [
        { kind: 'slow', share: 0.2, byMs: 1 },
        { kind: 'hang', share: 0.2, route: 'a' },
      ],
    },
    1_000,
  ],
  ['nothing of a server that is out of reach', { slots: 10, reach: 'frozen' }, 0],
  ['no end without slots', {}, Number.POSITIVE_INFINITY],
])('%s', (_, behaviour, expected) => {
  expect(capacityWithin(behaviour, 0, 1_000)).toBeCloseTo(expected, 6);
});
