import { describe, expect, test } from '@jest/globals';
import type { Frame } from './frame.js';
import { plainView } from './plain-view.js';
import { phaseAt, scenario } from './scenario.js';

const phases = scenario(30);
const side = { rates: { success: 0.554, attemptsPerCall: 2.966, requestsPerSecond: 237.6, refusedPerSecond: 0 } };
const frame = (atMs: number): Frame => ({
  atMs,
  phase: phaseAt(phases, atMs),
  plain: { ...side, inService: 2, queued: 200 },
  guarded: {
    rates: { success: undefined, attemptsPerCall: undefined, requestsPerSecond: 0, refusedPerSecond: 80 },
    inService: 0,
    queued: 0,
  },
  policy: { breaker: 'half-open', openRemainingMs: 0, coolDownMs: 0, waiting: 0, cap: undefined, budget: 100 },
});

function shown(times: readonly number[]): readonly string[] {
  let text = '';
  const view = plainView((more) => {
    text += more;
  });
  for (const atMs of times) view.show(frame(atMs));
  return text.split('\n');
}

describe('the plain view', () => {
  test('announces a phase and prints a line for each second', () => {
    expect(shown([100, 500, 1_040])).toEqual([
      '',
      'CALM: the server can do three times the load',
      '          without Breakwater            with Breakwater',
      '    time  success att/call req/s queue  success att/call req/s queue  breaker',
      '   1.0 s     55 %     2.97   238   200        -        -     0     0  half-open',
      '',
    ]);
  });

  test('has one line for a second, however often it is asked', () => {
    const lines = shown([100, 999, 1_000, 1_100, 1_999, 2_050, 2_100, 5_000]).filter((line) => / s /.test(line));

    expect(lines.map((line) => line.slice(0, 8))).toEqual(['   1.0 s', '   2.0 s', '   5.0 s']);
  });

  test('ends the seconds of a phase before it announces the next', () => {
    const lines = shown([3_900, 4_050]);

    expect(lines.findIndex((line) => line.includes('4.0 s'))).toBeLessThan(
      lines.findIndex((line) => line.startsWith('BROWNOUT')),
    );
  });

  test('keeps to 80 columns', () => {
    expect(Math.max(...shown([1_000, 5_000, 13_000, 19_000, 29_000]).map((line) => line.length))).toBeLessThan(80);
  });

  test('gives a happening its own line', () => {
    let text = '';
    const view = plainView((more) => {
      text += more;
    });

    view.tell({ atMs: 12_340, says: 'the breaker opens' });

    expect(text).toBe('  12.3 s  * the breaker opens\n');
  });
});
