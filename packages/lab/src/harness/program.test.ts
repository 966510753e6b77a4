import { describe, expect, test } from '@jest/globals';
import { numberBetween, wholeNumber } from './numbers.js';
import { program } from './program.js';

describe('numbers of the command line', () => {
  test.each(['0', '-1', '1.5', '101', 'all', '', '99999999999999999999'])(
    '%j is no whole number from 1 to 100',
    (text) => {
      expect(() => wholeNumber(1, 100)(text)).toThrow('It must be a whole number from 1 to 100.');
    },
  );

  test.each(['0', '-1', '0.9', '3601', 'soon', 'NaN', '', ' '])('%j is no number from 1 to 3600', (text) => {
    expect(() => numberBetween(1, 3_600)(text)).toThrow('It must be a number from 1 to 3600.');
  });

  test('are returned as numbers', () => {
    expect([wholeNumber(1, 100)('100'), numberBetween(1, 3_600)('4.5')]).toEqual([100, 4.5]);
  });
});

describe('a command line', () => {
  const parse = (...args: string[]) =>
    program('demo', 'Shows it.')
      .option('--seconds <number>', 'length', numberBetween(1, 10))
      .parse(args, { from: 'user' });

  test.each([
    [['--fast'], "unknown option '--fast'"],
    [['more'], 'too many arguments'],
    [['--seconds', '0'], 'It must be a number from 1 to 10.'],
  ])('%j is refused by an error that names what is wrong', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  test('names the script that runs it', () => {
    expect(program('demo', 'Shows it.').helpInformation()).toContain('npm run demo --');
  });
});
