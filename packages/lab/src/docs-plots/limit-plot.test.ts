import { expect, test } from '@jest/globals';
import { type LimitMoment, type LimitRun, limitPlot, playLimit } from './limit-plot.js';

// Each statement about the plot on the page of the limit. The simulation is the same each time, so it is played once.
const runs = playLimit();
const SLOW = { fromMs: 4_500, toMs: 9_000 };

test('with the limit most calls of the slow server are answered, and without it fewer than one in five', async () => {
  const [limited, free] = await moments(SLOW);
  expect(mean(limited.map(({ answered }) => answered))).toBeGreaterThan(0.6);
  expect(mean(free.map(({ answered }) => answered))).toBeLessThan(0.2);
});

test('the cap exists only while the server is slow and shortly after', async () => {
  const [limited] = await moments({ fromMs: 0, toMs: 14_000 });
  const awake = limited.filter(({ cap }) => cap !== undefined).map(({ atMs }) => atMs);
  expect(Math.min(...awake)).toBeGreaterThan(3_000);
  expect(Math.max(...awake)).toBeLessThan(11_000);
});

test('the limit keeps attempts in flight below half of what they reach without it', async () => {
  const [limited, free] = await moments({ fromMs: 0, toMs: 14_000 });
  const most = (some: readonly LimitMoment[]) => Math.max(...some.map(({ inFlight }) => inFlight));
  expect(most(limited)).toBeLessThan(most(free) / 2);
});

test('the plot has both runs in both panels, and the cap in one', async () => {
  const svg = limitPlot(await runs);
  // Each line, and its sample in the legend.
  expect(svg.match(/class="guarded"/g)).toHaveLength(3);
  expect(svg.match(/class="plain"/g)).toHaveLength(3);
  expect(svg.match(/class="other"/g)).toHaveLength(2);
});

async function moments({ fromMs, toMs }: typeof SLOW): Promise<readonly [LimitMoment[], LimitMoment[]]> {
  const [limited, free] = (await runs) as [LimitRun, LimitRun];
  const within = (run: LimitRun) => run.moments.filter(({ atMs }) => atMs > fromMs && atMs < toMs);
  return [within(limited), within(free)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
