import { expect, test } from '@jest/globals';
import { figures, goalsIn, meets, shortfall } from './goals.js';

test('parses figures, relations, bounds and units', () => {
  expect(goalsIn('p95<800ms, success > 99% ,recovery<=1.5s,failed<0.01,attempts<1.2,p99<2min,peak<.5')).toEqual([
    { figure: 'p95', relation: '<', bound: 800, text: 'p95<800ms' },
    { figure: 'success', relation: '>', bound: 0.99, text: 'success > 99%' },
    { figure: 'recovery', relation: '<=', bound: 1_500, text: 'recovery<=1.5s' },
    { figure: 'failed', relation: '<', bound: 0.01, text: 'failed<0.01' },
    { figure: 'attempts', relation: '<', bound: 1.2, text: 'attempts<1.2' },
    { figure: 'p99', relation: '<', bound: 120_000, text: 'p99<2min' },
    { figure: 'peak', relation: '<', bound: 0.5, text: 'peak<.5' },
  ]);
});

test.each([
  [
    '',
    '--for must be goals such as "p95<800ms,success>99%", each a figure, one of <, <=, > and >=, and a number, got ""',
  ],
  ['p95<800ms,', 'and a number, got ""'],
  ['p95=800ms', 'got "p95=800ms"'],
  ['p95<-1ms', 'got "p95<-1ms"'],
  ['p95<1e3ms', 'got "p95<1e3ms"'],
  [
    'p97<800ms',
    '--for must name one of success, failed, refused, p50, p95, p99, recovery, attempts, peak, logs, got "p97<800ms"',
  ],
  ['toString<1', '--for must name one of'],
  ['p95<800', '--for must compare p95 with a time > 0 in ms, s or min, got "p95<800"'],
  ['p95<80%', '--for must compare p95 with a time > 0 in ms, s or min, got "p95<80%"'],
  ['p95<0ms', '--for must compare p95 with a time > 0'],
  ['success>99', '--for must compare success with a share from 0% to 100%, or from 0 to 1, got "success>99"'],
  ['success>101%', '--for must compare success with a share'],
  ['success>1s', '--for must compare success with a share'],
  ['attempts<150%', '--for must compare attempts with a number > 0 without a unit, got "attempts<150%"'],
  ['success<99%', '--for must ask for higher success by > or >=, got "success<99%"'],
  ['p95>=1s', '--for must ask for lower p95 by < or <=, got "p95>=1s"'],
])('refuses %j', (text, message) => {
  expect(() => goalsIn(text)).toThrow(message);
});

test.each([
  ['p95<800ms', 800, false],
  ['p95<=800ms', 800, true],
  ['success>99%', 0.99, false],
  ['success>=99%', 0.99, true],
  ['recovery<1min', Number.POSITIVE_INFINITY, false],
])('%s and %d: %p', (text, value, isMet) => {
  const [goal] = goalsIn(text);
  expect(goal && meets(goal, value)).toBe(isMet);
});

test('the distance from a goal is 0 once it is met, and grows by the ratio', () => {
  const distance = (text: string, value: number) =>
    goalsIn(text).reduce((sum, goal) => sum + shortfall(goal, value), 0);
  expect(distance('p95<800ms', 799)).toBe(0);
  expect(distance('p95<800ms', 1_600)).toBeCloseTo(Math.LN2, 12);
  expect(distance('success>99%', 0.995)).toBe(0);
  expect(distance('success>99%', 0.979)).toBeCloseTo(Math.LN2, 12);
  expect(distance('failed<1%', 0.021)).toBeCloseTo(Math.LN2, 12);
  // A share of 100 % is a bound, too.
  expect(distance('success>=100%', 0.99)).toBeGreaterThan(0);
  expect(distance('recovery<1s', Number.POSITIVE_INFINITY)).toBe(distance('recovery<1s', 1e9));
});

test('what never came is infinitely late', () => {
  const outcome = { success: 0, p95Ms: 0, recoveryMs: null } as Parameters<typeof figures.p95.of>[0];
  expect(figures.p95.of(outcome)).toBe(Number.POSITIVE_INFINITY);
  expect(figures.recovery.of(outcome)).toBe(Number.POSITIVE_INFINITY);
  expect(figures.recovery.of({ ...outcome, recoveryMs: undefined })).toBe(0);
});
