import { describe, expect, test } from '@jest/globals';
import { parseSections, readArguments } from './arguments.js';
import { sectionNames } from './group.js';

test('runs all sections with their own rounds by default, and writes no JSON', () => {
  expect(readArguments([])).toEqual({
    only: sectionNames,
    rounds: undefined,
    batch: undefined,
    cpu: false,
    json: undefined,
    node: [],
    writeDocs: false,
  });
});

test('reads its options', () => {
  expect(
    readArguments(['--only', 'got, execute', '--rounds', '5', '--batch', '100', '--cpu', '--json', 'a.json']),
  ).toEqual({
    only: ['execute', 'got'],
    rounds: 5,
    batch: 100,
    cpu: true,
    json: 'a.json',
    node: [],
    writeDocs: false,
  });
  expect(readArguments(['--node', '22,24', '--write-docs'])).toMatchObject({ node: [22, 24], writeDocs: true });
  expect(readArguments(['--json'])).toMatchObject({ json: true });
});

describe('refuses', () => {
  test.each(['', 'exec', 'execute,'])('the sections "%s"', (text) => {
    expect(() => parseSections(text)).toThrow(
      'There are execute, axios, got, reject, allocation, memory, bad-day, otel, bundle.',
    );
  });

  test.each(['', '18', '24.1', 'latest'])('the majors of Node "%s"', (text) => {
    expect(() => readArguments([`--node=${text}`])).toThrow('They must be whole numbers from 20.');
  });

  test.each(['0', '-1', '1.5', 'many', '', '99999999999999999999'])('the count "%s"', (text) => {
    expect(() => readArguments([`--rounds=${text}`])).toThrow('It must be a whole number from 1 to 1000000000.');
  });
});
