import { expect, it } from '@jest/globals';
import type { Mutant } from './instrument.js';
import type { PlainFile, PlainTest } from './messages.js';
import { planRuns } from './plan.js';

const mutant = (id: string): Mutant => ({
  id,
  file: '/core/src/retry/budget.ts',
  line: 1,
  kind: '',
  original: '',
  replacement: '',
});

const plainTest = (file: string, index: number, ms: number, hits: Record<string, number>): PlainTest => ({
  file,
  index,
  title: '',
  ms,
  steps: 10 * ms,
  hits: new Map(Object.entries(hits)),
});

const plainFile = (tests: PlainTest[], loadHits: Record<string, number> = {}): PlainFile => ({
  tests,
  loadHits: new Map(Object.entries(loadHits)),
  left: 0,
  failures: [],
});

const own = 'src/retry/budget.test.ts';
const other = 'src/policy.test.ts';

it('runs the tests that reach a mutant, the quick ones and those of its own file first', () => {
  const files = [
    plainFile([plainTest(other, 0, 5, { 1: 1 }), plainTest(other, 1, 1, { 2: 1 }), plainTest(other, 2, 2, { 1: 1 })]),
    plainFile([plainTest(own, 0, 9, { 1: 7 }), plainTest(own, 1, 90, { 1: 1 })]),
  ];
  const [planned] = planRuns([mutant('1')], files);
  expect(planned?.run.tests).toEqual([
    { file: own, index: 0 },
    { file: other, index: 2 },
    { file: other, index: 0 },
    { file: own, index: 1 },
  ]);
  expect(planned).toMatchObject({ longestMs: 90, run: { atLoad: false, hitLimit: 1_700, stepLimit: 1_009_000 } });
});

it('runs each test of a file that reaches the mutant when it is loaded', () => {
  const files = [
    plainFile([plainTest(own, 0, 1, {}), plainTest(own, 1, 2, {})], { 1: 3 }),
    plainFile([plainTest(other, 0, 1, {})]),
  ];
  const [planned] = planRuns([mutant('1')], files);
  expect(planned?.run).toMatchObject({ atLoad: true, hitLimit: 1_300, tests: [{ index: 0 }, { index: 1 }] });
});

it('has no tests for a mutant that none reaches', () => {
  expect(planRuns([mutant('9')], [plainFile([plainTest(own, 0, 1, { 1: 1 })])])[0]?.run.tests).toEqual([]);
});

it('runs tests of several files before many of one file, which are much alike', () => {
  const files = [
    plainFile([0, 1, 2].map((index) => plainTest(other, index, 2, { 1: 1 }))),
    plainFile([plainTest('test/snapshot.test.ts', 0, 3, { 1: 1 })]),
  ];
  const [planned] = planRuns([mutant('1')], files);
  expect(planned?.run.tests.map(({ file, index }) => `${file} ${index}`)).toEqual([
    `${other} 0`,
    'test/snapshot.test.ts 0',
    `${other} 1`,
    `${other} 2`,
  ]);
});

it('omits the slowest tests once a second is spent, those of its own file last', () => {
  const files = [
    plainFile([
      plainTest(other, 0, 700, { 1: 1 }),
      plainTest(other, 1, 399, { 1: 1 }),
      plainTest(other, 2, 2, { 1: 1 }),
    ]),
    plainFile([plainTest(own, 0, 1_500, { 1: 1 })]),
  ];
  expect(planRuns([mutant('1')], files)[0]).toMatchObject({
    longestMs: 1_500,
    run: {
      tests: [
        { file: other, index: 2 },
        { file: own, index: 0 },
        { file: other, index: 1 },
      ],
    },
  });
});

it('runs the quickest test in any case', () => {
  const [planned] = planRuns([mutant('1')], [plainFile([plainTest(other, 0, 9_000, { 1: 1 })])]);
  expect(planned?.run.tests).toHaveLength(1);
});
