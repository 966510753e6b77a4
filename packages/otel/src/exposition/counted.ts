import { type CounterName, type HistogramName, instruments } from '../metrics/instruments.js';
import type { MetricAttributes } from '../metrics/metric-attributes.js';
import type { Recorder } from '../metrics/recorder.js';
import type { Labels } from './labels.js';
import { SeriesTable } from './series-table.js';

/** A counter's series. */
export interface CounterSeries {
  readonly labels: Labels;
  value: number;
}

/** A histogram's series. */
export interface HistogramSeries {
  readonly labels: Labels;
  /** By bucket, not cumulative; the last is for values above all bounds. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Counts and sums of everything measured so far. */
export class Counted implements Recorder {
  readonly #counters = new Map<CounterName, SeriesTable<CounterSeries>>();
  readonly #histograms = new Map<HistogramName, SeriesTable<HistogramSeries>>();

  add(name: CounterName, value: number, attributes: MetricAttributes): void {
    tableOf(this.#counters, name, newCounter).of(attributes).value += value;
  }

  record(name: HistogramName, value: number, attributes: MetricAttributes): void {
    const { buckets } = instruments[name];
    const series = tableOf(this.#histograms, name, newHistogram).of(attributes);
    let at = 0;
    // A bound belongs to its own bucket.
    while (at < buckets.length && value > (buckets[at] as number)) at += 1;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  counters(name: CounterName): readonly CounterSeries[] {
    return this.#counters.get(name)?.all() ?? [];
  }

  histograms(name: HistogramName): readonly HistogramSeries[] {
    return this.#histograms.get(name)?.all() ?? [];
  }

  /** Forgets the series of a metric. */
  reset(name: CounterName | HistogramName): void {
    this.#counters.delete(name as CounterName);
    this.#histograms.delete(name as HistogramName);
  }
}

const newCounter = (labels: Labels): CounterSeries => ({ labels, value: 0 });
const newHistogram = (labels: Labels): HistogramSeries => ({ labels, counts: [], sum: 0, count: 0 });

function tableOf<N, S extends object>(
  tables: Map<N, SeriesTable<S>>,
  name: N,
  create: (labels: Labels) => S,
): SeriesTable<S> {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new SeriesTable(create);
  tables.set(name, table);
  return table;
}
