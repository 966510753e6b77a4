import { describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from './child.js';
import { isNewerLine } from './newer-releases.js';
import { reportIn } from './run-suite.js';
import { findingsOf } from './run-tests.js';
import { ownErrors } from './run-types.js';

describe('the report of a suite', () => {
  const printed = 'noise\nmatrix-report:{"node":"v22.0.0","shown":["a"],"failed":[],"lacking":[]}\n';
  const ended = { code: 0, tooLong: false, stdout: printed, stderr: '' };

  test('counts a process that ends by itself as passed', () => {
    expect(reportIn(ended)).toMatchObject({ shown: ['a', 'the process ends by itself'], failed: [] });
  });

  test.each([
    [{ ...ended, code: undefined, tooLong: true }, 'something keeps it alive'],
    [{ ...ended, code: 3, stderr: 'Error: late' }, 'it ended with 3: Error: late'],
  ])('counts it as failed if it does not', (end, message) => {
    expect(reportIn(end)).toMatchObject({ shown: ['a'], failed: [{ name: 'the process ends by itself', message }] });
  });

  test('that is missing is a failure with the reason', () => {
    const { shown, failed } = reportIn({ code: 1, tooLong: false, stdout: 'noise', stderr: 'SyntaxError: no' });

    expect(shown).toEqual([]);
    expect(failed).toEqual([{ name: 'the suite runs', message: 'SyntaxError: no' }]);
  });
});

describe('the results of a test runner', () => {
  const passed = { title: 'a', status: 'passed' };

  test('are the tests that passed and those that failed', () => {
    const failed = { title: 'b', status: 'failed', failureMessages: ['1 !== 2'] };

    expect(findingsOf({ testResults: [{ assertionResults: [passed, failed] }] }, 1)).toEqual({
      shown: ['a'],
      failed: [{ name: 'b', message: '1 !== 2' }],
      lacking: [],
    });
  });

  test('without tests are a failure, and so is a file that could not be loaded', () => {
    expect(findingsOf({ testResults: [] }, 0).failed).toHaveLength(1);
    expect(findingsOf({ testResults: [{ message: 'no module', assertionResults: [] }] }, 1).failed).toEqual([
      { name: 'a test file loads', message: 'no module' },
    ]);
  });

  test('are a failure if the runner failed, even if all tests passed', () => {
    expect(findingsOf({ testResults: [{ assertionResults: [passed] }] }, 1).failed).toEqual([
      { name: 'the runner is content', message: '1 tests, and it ended with 1' },
    ]);
  });
});

test('errors of a compiler count if they are in the consumer or in the packages, not in a client', () => {
  const own = [
    'typed-got.ts(3,1): error TS2307: no',
    '../node_modules/@breakwater/got/dist/esm/a.d.ts(1,1): error TS1: no',
  ];
  const others = ['../node_modules/got/index.d.ts(1,1): error TS2: no', '  a continuation'];

  expect(ownErrors([...own, ...others].join('\n'))).toEqual(own);
});

test('variables that npm sets for its scripts do not reach the npm of another project', () => {
  const env = {
    PATH: '/bin',
    npm_config_cache: '/cache',
    npm_config_workspace: 'packages/lab',
    npm_config_local_prefix: '/here',
    npm_package_name: 'lab',
    NODE_OPTIONS: '--x',
    BREAKWATER_MODE: 'off',
  };

  expect(cleanEnvironment(env)).toEqual({ PATH: '/bin', npm_config_cache: '/cache' });
});

test.each([
  ['1.22.0', '1.21', true],
  ['1.21.9', '1.21', false],
  ['2.0.0', '1.21', true],
  ['16.9.9', '16', false],
  ['17.0.0', '16', true],
  ['1.9.0', '1.21', false],
])('%s is later than the line %s: %s', (version, newest, expected) => {
  expect(isNewerLine(version, newest)).toBe(expected);
});
