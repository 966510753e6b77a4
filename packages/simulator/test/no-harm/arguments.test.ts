import { expect, test } from '@jest/globals';
import { parseCommand } from './arguments.js';

test('by default, all families with three seeds', () => {
  expect(parseCommand([])).toEqual({
    seeds: [1, 2, 3],
    families: [],
    samples: undefined,
    sampleSeed: 1,
    policy: {},
    failuresOnly: false,
    list: false,
  });
});

test('seeds are numbers and ranges', () => {
  const given = ['--seeds', '7,101-103', '--family', 'share,calm-', '--samples', '5', '--policy', '{"limit":false}'];
  expect(parseCommand(given)).toMatchObject({
    seeds: [7, 101, 102, 103],
    families: ['share', 'calm-'],
    samples: 5,
    policy: { limit: false },
  });
});

test.each([
  [['--seeds', 'x'], "--seeds must be an integer, got 'x'"],
  [['--samples', '1.5'], "--samples must be an integer, got '1.5'"],
])('refuses %j', (args, message) => expect(() => parseCommand(args)).toThrow(message));
