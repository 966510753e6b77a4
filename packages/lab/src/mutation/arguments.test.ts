import { expect, it } from '@jest/globals';
import { readArguments } from './arguments.js';

it('tries all files in two processes and wants 85 percent, unless told otherwise', () => {
  expect(readArguments([])).toEqual({ file: ['**'], survivors: false, fresh: false, min: 85, jobs: 2 });
});

it('takes several globs, with or without the path to the sources of core', () => {
  const { file } = readArguments(['--file', 'retry/*.ts', 'packages/core/src/limit/**', '--file', 'src/loop/loop.ts']);
  expect(file).toEqual(['retry/*.ts', 'limit/**', 'loop/loop.ts']);
});

it('reads the other options', () => {
  expect(readArguments(['--survivors', '--fresh', '--min', '92.5', '--jobs', '1'])).toMatchObject({
    survivors: true,
    fresh: true,
    min: 92.5,
    jobs: 1,
  });
});

it.each([
  ['--min 101', /0 to 100/],
  ['--min -1', /0 to 100/],
  ['--min many', /0 to 100/],
  ['--jobs 0', /whole number from 1/],
  ['--jobs 1.5', /whole number from 1/],
  ['--file', /argument missing/],
  ['--quick', /unknown option/],
])('refuses %s', (line, message) => {
  expect(() => readArguments(line.split(' '))).toThrow(message);
});

it('refuses an empty glob', () => {
  expect(() => readArguments(['--file', ''])).toThrow(/must not be empty/);
});
