import { expect, it } from '@jest/globals';
import { fewerRuns } from './fewer-runs.js';
import { runTest, Stuck } from './run-test.js';
import { NeedsJest, testHost } from './test-host.js';

type Each = { each(table: readonly unknown[]): (title: string, body: (...row: never[]) => unknown) => void };
type Register = ((title: string, body: () => unknown) => void) & Each;
interface Globals {
  readonly it: Register;
  readonly describe: Register;
  beforeEach(hook: () => unknown): void;
  afterEach(hook: () => unknown): void;
  readonly jest: {
    useFakeTimers(): void;
    fn(body: () => number): () => number;
    spyOn(object: object, name: string): { mockImplementation(body: () => unknown): void };
    restoreAllMocks(): void;
  };
}

function collected(write: (globals: Globals) => void) {
  const host = testHost(expect);
  write(host.globals as unknown as Globals);
  return host.tests;
}

it('collects tests with the titles of their blocks and the rows of their tables', () => {
  const tests = collected(({ it, describe }) => {
    it('first', () => {});
    describe('block', () => it('second', () => {}));
    describe.each([1, 2])('block %i', () => it.each([['a', 3]])('row %s', () => {}));
  });
  expect(tests.map(({ title }) => title)).toEqual(['first', 'block > second', 'block 1 > row a', 'block 2 > row a']);
});

it('runs hooks from the outside in, and back, also those that stand below the test', async () => {
  const happened: string[] = [];
  const note = (what: string) => async () => void happened.push(what);
  const [first] = collected(({ it, describe, beforeEach, afterEach }) => {
    beforeEach(note('outer before'));
    describe('block', () => {
      beforeEach(note('inner before'));
      it('test', note('test'));
      afterEach(note('inner after'));
    });
    afterEach(note('outer after'));
  });
  if (first !== undefined) await runTest(first);
  expect(happened).toEqual(['outer before', 'inner before', 'test', 'inner after', 'outer after']);
});

it('waits for a timer, and gives up when there is nothing to wait for', async () => {
  const wait = (body: () => unknown) => runTest({ title: '', before: [], body, after: [] });
  await wait(() => new Promise((resolve) => setTimeout(resolve, 5)));
  await expect(wait(() => new Promise(() => {}))).rejects.toThrow(Stuck);
  await expect(wait(async () => Promise.reject(new RangeError('own')))).rejects.toThrow(RangeError);
});

it('ignores an immediate that another test has left', async () => {
  setImmediate(() => {});
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await runTest({ title: '', before: [], body: turns, after: [turns] });
});

it('has mock functions, and names features that only jest has', () => {
  collected(({ jest }) => {
    expect(jest.fn(() => 3)()).toBe(3);
    const object = { method: () => 'own' };
    jest.spyOn(object, 'method').mockImplementation(() => 'mock');
    expect(object.method()).toBe('mock');
    jest.restoreAllMocks();
    expect(object.method()).toBe('own');
    expect(() => jest.useFakeTimers()).toThrow(NeedsJest);
  });
});

it('gives each property the same few cases, and reports one that needs more', () => {
  const seen: unknown[] = [];
  let cuts = 0;
  const fake = {
    assert: (_: unknown, options: unknown) => seen.push(options),
    configureGlobal: (options: unknown) => seen.push(options),
  };
  const { assert } = fewerRuns(fake, () => cuts++);
  assert({}, {});
  assert({}, { numRuns: 5 });
  assert({}, { numRuns: 1_000 });
  expect(seen).toEqual([{ seed: 1, endOnFailure: true }, { numRuns: 20 }, { numRuns: 5 }, { numRuns: 20 }]);
  expect(cuts).toBe(1);
});
