import { describe, expect, test } from '@jest/globals';
import { parseCount, parseSections, readArguments } from './arguments.js';
import { sectionNames } from './group.js';

test('takes all sections, as many rounds as each wants, and writes no JSON, where nothing is said', () => {
  expect(readArguments([])).toEqual({
    only: sectionNames,
    rounds: undefined,
    batch: undefined,
    cpu: false,
    json: undefined,
  });
});

test('takes what is said', () => {
  expect(
    readArguments(['--only', 'got, execute', '--rounds', '5', '--batch', '100', '--cpu', '--json', 'a.json']),
  ).toEqual({
    only: ['execute', 'got'],
    rounds: 5,
    batch: 100,
    cpu: true,
    json: 'a.json',
  });
  expect(readArguments(['--json'])).toMatchObject({ json: true });
});

describe('is told what is wrong with', () => {
  test.each(['', 'exec', 'execute,'])('the sections "%s"', (text) => {
    expect(() => parseSections(text)).toThrow('There are execute, axios, got, reject, memory, bundle.');
  });

  test.each(['0', '-1', '1.5', 'many', '', '1e3', '99999999999999999999'])('the count "%s"', (text) => {
    expect(() => parseCount('round')(text)).toThrow('at least one round');
  });
});
