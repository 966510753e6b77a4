import { expect, test } from '@jest/globals';
import { compare } from './comparison.js';
import { scenario } from './scenario.js';
import { SideTally } from './tally.js';

function side(endings: readonly ('answered' | 'failed' | 'refused')[], requests: number) {
  const tally = new SideTally();
  endings.forEach((ending, index) => {
    tally.began('brownout');
    tally.ends('brownout', ending, (index + 1) * 10);
  });
  const upstream = { inService: 0, queued: 0, requests: requests + 1, requestsByPhase: { brownout: requests } };
  return { tally, upstream };
}

test('a comparison has a row for each phase and one for all', () => {
  const rows = compare(scenario(30), { plain: side([], 0), guarded: side([], 0) });

  expect(rows.map(({ name }) => name)).toEqual(['calm', 'brownout', 'outage', 'throttling', 'recovery', 'total']);
});

test('a row has the results of its calls and their cost', () => {
  const plain = side(['answered', 'failed', 'answered', 'failed'], 12);
  const guarded = side(['answered', 'answered', 'answered', 'refused'], 3);

  const rows = compare(scenario(30), { plain, guarded });

  expect(rows[1]).toEqual({
    name: 'brownout',
    plain: { calls: 4, success: 0.5, p50Ms: 10, p95Ms: 30, attemptsPerCall: 3, refused: 0 },
    guarded: { calls: 4, success: 0.75, p50Ms: 20, p95Ms: 30, attemptsPerCall: 0.75, refused: 1 },
  });
  expect(rows[5]?.plain).toMatchObject({ calls: 4, attemptsPerCall: 3.25 });
});

test('a phase without calls has no rates', () => {
  const rows = compare(scenario(30), { plain: side([], 0), guarded: side([], 0) });

  expect(rows[0]?.plain).toEqual({
    calls: 0,
    success: undefined,
    p50Ms: undefined,
    p95Ms: undefined,
    attemptsPerCall: undefined,
    refused: 0,
  });
});
