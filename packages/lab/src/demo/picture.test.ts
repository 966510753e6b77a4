import { describe, expect, test } from '@jest/globals';
import type { Frame, View } from './frame.js';
import { type Moment, picture, recordingView } from './picture.js';
import { scenario } from './scenario.js';

const phases = scenario(10);

describe('the picture of a run', () => {
  const moments: Moment[] = [
    { atMs: 0, success: [1, 1], requestsPerSecond: [80, 80] },
    { atMs: 5_000, success: [undefined, 0.5], requestsPerSecond: [300, 40] },
    { atMs: 10_000, success: [0, 1], requestsPerSecond: [80, 80] },
  ];
  const svg = picture(phases, moments);

  test('has a band for each phase, and a line for each side and figure', () => {
    expect(phases.map(({ name }) => svg.includes(`>${name}</text>`))).toEqual(phases.map(() => true));
    // Two panels with two lines, and two samples below them.
    expect(svg.match(/class="plain" d="/g)).toHaveLength(3);
    expect(svg.match(/class="guarded" d="/g)).toHaveLength(3);
  });

  test('draws values in their scale, and skips those that are unknown', () => {
    // 100 % at the top of the first panel, 0 % at its bottom.
    expect(svg).toContain('class="plain" d="M44 46L708 150"');
    expect(svg).toContain('class="guarded" d="M44 46L376 98L708 46"');
    // 300 of 500 requests.
    expect(svg).toContain('class="plain" d="M44 283.4L376 237.6L708 283.4"');
  });

  test('has colours for light and dark pages, and no outside address but its namespace', () => {
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });
});

test('a recording keeps a moment for each half second and passes everything on', () => {
  const shown: number[] = [];
  const view: View = { show: ({ atMs }) => shown.push(atMs), tell: () => {}, close: () => {} };
  const moments: Moment[] = [];
  const side = {
    rates: { success: 1, attemptsPerCall: 1, requestsPerSecond: 80, refusedPerSecond: 0 },
    inService: 0,
    queued: 0,
  };
  const recording = recordingView(view, moments);
  for (const atMs of [100, 500, 600, 900, 1_700, 1_900, 2_000]) {
    recording.show({ atMs, plain: side, guarded: side } as Frame);
  }
  expect(shown).toHaveLength(7);
  expect(moments.map(({ atMs }) => atMs)).toEqual([500, 1_700, 2_000]);
});
