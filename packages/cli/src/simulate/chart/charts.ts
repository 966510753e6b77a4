import type { Scenario } from '@breakwater/simulator';
import { durationText, numberText, percentText } from '../../report/wording.js';
import type { Outcome } from '../outcome.js';
import type { Standing } from '../sections.js';
import { barChart } from './bar-chart.js';
import type { Chart } from './chart.js';
import { lineChart } from './line-chart.js';
import { palette, seriesColor } from './palette.js';

/** The charts of a simulation. */
export function chartsOf({ phases }: Scenario, standings: readonly Standing[]): readonly Chart[] {
  const columnMs = standings[0]?.mean.series.columnMs ?? 1;
  const answered = standings.map(({ mean: { series }, name }) => ({
    name,
    values: series.calls.map((calls, column) =>
      calls === 0 ? undefined : round((100 * (series.answered[column] ?? 0)) / calls),
    ),
  }));
  const requests = standings.map(({ mean: { series }, name }) => ({
    name,
    values: series.attempts.map((attempts) => round((attempts * 1_000) / columnMs)),
  }));
  return [
    lineChart({
      title: 'Answered over time',
      description: `Share of the calls that were answered, by when they began. In all: ${each(standings, ({ success }) => percentText(success))}.`,
      unit: '%',
      phases,
      columnMs,
      lines: answered,
    }),
    lineChart({
      title: 'Requests to servers over time',
      description: `Requests to servers per second. Most within a second: ${each(standings, ({ peakPerSecond }) => numberText(peakPerSecond))}.`,
      unit: '/s',
      phases,
      columnMs,
      lines: requests,
    }),
    endsChart(standings),
    latencyChart(standings),
  ];
}

function endsChart(standings: readonly Standing[]): Chart {
  const ends = ['success', 'failed', 'refused'] as const;
  return barChart({
    title: 'What the calls ended with',
    description: `Shares of the calls. Refused by the policy itself: ${each(standings, ({ refused }) => percentText(refused))}.`,
    table: tableOf(standings, ['answered', 'failed', 'refused'], (mean) => ends.map((end) => percentText(mean[end]))),
    policies: standings.map(({ name }) => name),
    isShare: true,
    bars: ends.map((end) => ({
      name: end === 'success' ? 'answered' : end,
      color: palette[end],
      values: standings.map(({ mean }) => round(100 * mean[end])),
    })),
  });
}

function latencyChart(standings: readonly Standing[]): Chart {
  const quantiles = ['p50', 'p95', 'p99'] as const;
  return barChart({
    title: 'How long the answers took',
    description: `Durations of the answered calls. 95 % took at most: ${each(standings, ({ p95Ms }) => durationText(p95Ms))}.`,
    table: tableOf(standings, quantiles, (mean) => quantiles.map((quantile) => durationText(mean[`${quantile}Ms`]))),
    policies: standings.map(({ name }) => name),
    isShare: false,
    bars: quantiles.map((name, index) => ({
      name,
      color: seriesColor(index),
      values: standings.map(({ mean }) => round(mean[`${name}Ms`])),
    })),
  });
}

function tableOf(
  standings: readonly Standing[],
  names: readonly string[],
  cells: (mean: Outcome) => readonly string[],
): Chart['table'] {
  return { head: ['policy', ...names], rows: standings.map(({ mean, name }) => [name, ...cells(mean)]) };
}

function each(standings: readonly Standing[], of: (mean: Outcome) => string): string {
  return standings.map(({ mean, name }) => `${name} ${of(mean)}`).join(', ');
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
