import { describe, expect, test } from '@jest/globals';
import { type MatrixRun, readArguments } from './arguments.js';

function run(...args: readonly string[]): MatrixRun {
  const command = readArguments(args);
  if (command.kind !== 'run') throw new Error(`it is ${command.kind}`);
  return command;
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

describe('the arguments', () => {
  test('select everything by default', () => {
    const { cells, build, readme } = run();

    expect(distinct(cells.map(({ table }) => table))).toEqual(['axios', 'got', 'packages', 'types', 'runners']);
    expect({ build, readme }).toEqual({ build: true, readme: undefined });
  });

  test('that name releases ask for their tables alone', () => {
    const { cells } = run('--axios', '1.13,0.27', '--node', '22');

    expect(distinct(cells.map(({ table }) => table))).toEqual(['axios']);
    expect(distinct(cells.map(({ row }) => row))).toEqual(['0.27', '1.13.3', '1.13.5']);
    expect(distinct(cells.map(({ column }) => column))).toEqual(['Node 22', 'types']);
  });

  test('name a line, not all that begins with the same digits', () => {
    expect(distinct(run('--axios', '1.1').cells.map(({ row }) => row))).toEqual(['1.1']);
    expect(distinct(run('--got', '14').cells.map(({ row }) => row))).toEqual(['14.0', '14.6']);
  });

  test('choose tables by name', () => {
    expect(distinct(run('--only', 'types,runners').cells.map(({ table }) => table))).toEqual(['types', 'runners']);
  });

  test('ask for the corners alone', () => {
    const whole = run().cells.length;

    expect(run('--quick').cells.length).toBeLessThan(whole / 5);
    expect(distinct(run('--quick', '--got', '12').cells.map(({ table }) => table))).toEqual(['got']);
  });

  test.each([
    [['--axios', '9'], '--axios 9: no such release; there are 0.27, 0.28'],
    [['--only', 'deno'], '--only deno: no such table; there are axios, got, packages, types, runners'],
    [['--readme', '--node', '20'], '--readme and --check need a whole matrix'],
    [['--check', '--quick'], '--readme and --check need a whole matrix'],
    [['--quick', '--only', 'got'], '--quick and --only exclude each other'],
    [['--fast'], "unknown option '--fast'"],
  ])('that make no sense are refused: %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
