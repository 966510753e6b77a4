import { expect, test } from '@jest/globals';
import { type Contender, playStorm, stormPlot } from './storm-plot.js';

// Each statement of the README about its plot. The simulation is the same each time, so it is played once.
const storm = playStorm();

test('the server that got retries on never comes back, at about three times the load', async () => {
  const { guarded, plain } = await byLook();
  expect(shareAfter(plain, WELL_MS)).toBeLessThan(0.01);
  expect(shareAfter(guarded, WELL_MS)).toBe(1);
  expect(loadAfter(plain, WELL_MS)).toBeGreaterThan(2.5 * loadAfter(guarded, WELL_MS));
});

test('with Breakwater calls are answered seconds before those with axios-retry', async () => {
  const { guarded, other } = await byLook();
  expect(backMs(other) - backMs(guarded)).toBeGreaterThanOrEqual(2_000);
});

test('with Breakwater a dead server gets nearly no requests', async () => {
  const { guarded, plain } = await byLook();
  const dead = ({ moments }: Contender) => moments.filter(({ atMs }) => atMs > 5_000 && atMs < 8_000).map(loadOf);
  expect(Math.max(...dead(guarded))).toBeLessThan(0.1 * Math.min(...dead(plain)));
});

test('the plot has a band for each phase and a line for each client in both panels', async () => {
  const svg = stormPlot(await storm);
  for (const text of ['down', 'coming back', 'well', 'with Breakwater', 'with axios-retry', '28 s']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  for (const look of ['guarded', 'plain', 'other'])
    expect(svg.match(new RegExp(`class="${look}"`, 'g'))).toHaveLength(3);
});

const WELL_MS = 18_000;

async function byLook(): Promise<Record<Contender['look'], Contender>> {
  const contenders = (await storm).map((contender) => [contender.look, contender] as const);
  return Object.fromEntries(contenders) as Record<Contender['look'], Contender>;
}

function shareAfter({ moments }: Contender, fromMs: number): number {
  return mean(moments.filter(({ atMs }) => atMs > fromMs).map(({ answered }) => answered));
}

function loadAfter({ moments }: Contender, fromMs: number): number {
  return mean(moments.filter(({ atMs }) => atMs > fromMs).map(loadOf));
}

const loadOf = ({ requestsPerSecond }: Contender['moments'][number]): number => requestsPerSecond;

/** The moment from which on nearly all calls are answered. */
function backMs({ moments }: Contender): number {
  const lastBad = moments.filter(({ answered }) => answered < 0.95).at(-1);
  return lastBad?.atMs ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
