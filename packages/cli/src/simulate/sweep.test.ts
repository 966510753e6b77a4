import { expect, test } from '@jest/globals';
import { sweepIn, sweptContenders } from './sweep.js';

test('has values in equal ratios, with both ends, or in equal steps from 0', () => {
  expect(sweepIn('breaker.openMs=250..16000')).toEqual({
    option: 'breaker.openMs',
    values: [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000],
  });
  expect(sweepIn('budget.ratio=0..0.6').values).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  expect(sweepIn('retry.maxRetries=1..3').values).toEqual([1, 1.2, 1.44, 1.73, 2.08, 2.5, 3]);
});

test.each(['breaker.openMs', 'openMs=5', 'openMs=5..1', 'openMs=a..b', '=1..2', 'openMs=1..1'])(
  'refuses %j',
  (text) => {
    expect(() => sweepIn(text)).toThrow(`--sweep must be <option>=<from>..<to> with 0 <= from < to, got "${text}"`);
  },
);

test('makes a policy for each pair of values, over the options that are there', () => {
  const sweeps = [
    { option: 'breaker.openMs', values: [250, 500] },
    { option: 'budget.ratio', values: [0.1, 0.2] },
  ];
  const made = sweptContenders({ breaker: { probes: 2 } }, sweeps);
  expect(made.map(({ name }) => name)).toEqual([
    'openMs 250, ratio 0.1',
    'openMs 250, ratio 0.2',
    'openMs 500, ratio 0.1',
    'openMs 500, ratio 0.2',
  ]);
  expect(made[1]?.policy).toEqual({ breaker: { probes: 2, openMs: 250 }, budget: { ratio: 0.2 } });
});

test('names the option that core refuses', () => {
  expect(() => sweptContenders({}, [{ option: 'breaker.openMz', values: [1] }])).toThrow(/^--sweep: breaker\.openMz/);
  expect(() => sweptContenders({}, [{ option: 'budget.ratio', values: [-1] }])).toThrow(
    /^--sweep: budget\.ratio .*got -1$/,
  );
});

test('an option of whole numbers takes whole numbers, each once', () => {
  const made = sweptContenders({}, [{ option: 'retry.maxRetries', values: [1, 1.2, 1.44, 1.73, 2.08] }]);
  expect(made.map(({ name }) => name)).toEqual(['maxRetries 1', 'maxRetries 2']);
});
