import { describe, expect, test } from '@jest/globals';
import type { Comparison } from './comparison.js';
import { summary } from './summary.js';

const side = (success: number | undefined, attemptsPerCall = 1) => ({
  calls: 640,
  success,
  p50Ms: 43,
  p95Ms: 51,
  attemptsPerCall,
  refused: 0,
});
const row = (name: Comparison['name'], plain: number, guarded: number): Comparison => ({
  name,
  plain: side(plain),
  guarded: side(guarded),
});
const total: Comparison = { name: 'total', plain: side(0.46, 1.86), guarded: side(0.63, 0.91) };

describe('the summary', () => {
  test('tells the totals, the greatest gain and every loss', () => {
    const rows = [row('calm', 1, 1), row('brownout', 0.05, 0.57), row('outage', 0.1, 0), row('throttling', 0.5, 0.6)];

    expect(summary([...rows, total]).split('\n')).toEqual([
      'Of 640 calls on each side, 63 % were answered with Breakwater, 46 % without.',
      'The server saw 0.91 attempts per call with it, 1.86 without.',
      'It gained most in brownout (57 %, without 5 %).',
      'It lost in outage (0 %, without 10 %).',
    ]);
  });

  test('claims no gain if there is none', () => {
    const text = summary([row('brownout', 0.6, 0.2), row('outage', 0.1, 0), total]);

    expect(text).not.toContain('gained');
    expect(text).toContain('It lost in brownout (20 %, without 60 %),\n  outage (0 %, without 10 %).');
  });

  test('makes nothing of a difference that is none', () => {
    expect(summary([row('calm', 0.999, 1), row('recovery', 1, 0.995), total]).split('\n')).toHaveLength(2);
  });

  test('has figures for nothing if nothing happened', () => {
    const nothing = { ...side(undefined), calls: 0 };

    expect(summary([{ name: 'total', plain: nothing, guarded: nothing }])).toContain(
      'Of 0 calls on each side, - were answered',
    );
  });
});
