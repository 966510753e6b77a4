import { describe, expect, test } from '@jest/globals';
import { readArguments } from './arguments.js';

describe('the arguments', () => {
  test.each([
    [[], { calls: 1_000_000, clients: ['axios', 'got'], seed: 1, json: undefined }],
    [['--calls', '3000', '--client', 'got'], { calls: 3_000, clients: ['got'], seed: 1, json: undefined }],
    [['--client=both', '--seed=7', '--json', 'f'], { calls: 1_000_000, clients: ['axios', 'got'], seed: 7, json: 'f' }],
  ])('%j mean %j', (args, options) => {
    expect(readArguments(args)).toEqual(options);
  });

  test.each(['0', '1.5', 'all'])('%j is no number of calls', (text) => {
    expect(() => readArguments(['--calls', text])).toThrow('It must be a whole number from 1 to 100000000.');
  });
});
