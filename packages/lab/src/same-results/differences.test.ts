import { expect, test } from '@jest/globals';
import { differences } from './differences.js';

test('names scenario, policy, host and place of a difference', () => {
  const figures = (p95: string) => new Map([['blip, got', `{"p50Ms":1,"p95Ms":${p95}}`]]);
  const hosts = new Map([
    ['Node 20', figures('0.1')],
    ['Node 22', figures('0.1')],
    ['Node 26', figures('0.10000000000000002')],
  ]);
  expect(differences(hosts)).toEqual([
    'blip, got: {"p50Ms":1,"p95Ms":0.1} on Node 20, {"p50Ms":1,"p95Ms":0.10000000000000002} on Node 26',
  ]);
});

test('a figure that a host lacks is a difference, and equal figures are none', () => {
  const figures = new Map([['blip, got', '{}']]);
  expect(
    differences(
      new Map([
        ['Node 20', figures],
        ['Node 22', new Map()],
      ]),
    ),
  ).toHaveLength(1);
  expect(
    differences(
      new Map([
        ['Node 20', figures],
        ['Node 22', new Map(figures)],
      ]),
    ),
  ).toEqual([]);
});
