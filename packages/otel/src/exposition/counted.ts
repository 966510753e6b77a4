import { type CounterName, type HistogramName, instruments } from '../metrics/instruments.js';
import type { Recorder } from '../metrics/recorder.js';
import type { MetricAttributes } from '../metrics/series.js';
import { type Labels, labelsOf } from './labels.js';

/** A counter's series. */
export interface CounterSeries {
  readonly labels: Labels;
  value: number;
}

/** A histogram's series. */
export interface HistogramSeries {
  readonly labels: Labels;
  /** By bucket, not cumulated; the last is for values above all bounds. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Series of one metric, as in OpenTelemetry's SDK. All that come later share one. */
const MAX_SERIES = 2_000;
const OVERFLOW: MetricAttributes = { 'otel.metric.overflow': 'true' };

/** Counts and sums of everything measured so far. */
export class Counted implements Recorder {
  readonly #counters = new Map<CounterName, Map<string, CounterSeries>>();
  readonly #histograms = new Map<HistogramName, Map<string, HistogramSeries>>();

  add(name: CounterName, value: number, attributes: MetricAttributes): void {
    seriesOf(this.#counters, name, attributes, newCounter).value += value;
  }

  record(name: HistogramName, value: number, attributes: MetricAttributes): void {
    const { buckets } = instruments[name];
    const series = seriesOf(this.#histograms, name, attributes, newHistogram);
    let at = 0;
    // A bound belongs to its bucket.
    while (at < buckets.length && value > (buckets[at] as number)) at += 1;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  counters(name: CounterName): CounterSeries[] {
    return [...(this.#counters.get(name)?.values() ?? [])];
  }

  histograms(name: HistogramName): HistogramSeries[] {
    return [...(this.#histograms.get(name)?.values() ?? [])];
  }

  /** Forgets the series of a metric. */
  reset(name: CounterName | HistogramName): void {
    this.#counters.delete(name as CounterName);
    this.#histograms.delete(name as HistogramName);
  }
}

const newCounter = (labels: Labels): CounterSeries => ({ labels, value: 0 });
const newHistogram = (labels: Labels): HistogramSeries => ({ labels, counts: [], sum: 0, count: 0 });

function seriesOf<N, S>(
  metrics: Map<N, Map<string, S>>,
  name: N,
  attributes: MetricAttributes,
  create: (labels: Labels) => S,
): S {
  const all = metrics.get(name) ?? new Map<string, S>();
  if (all.size === 0) metrics.set(name, all);
  const known = all.get(idOf(attributes));
  if (known !== undefined) return known;
  // One place is kept for those that find none.
  const kept = all.size < MAX_SERIES - 1 ? attributes : OVERFLOW;
  const id = idOf(kept);
  const series = all.get(id) ?? create(labelsOf(kept));
  all.set(id, series);
  return series;
}

/** Runs for each measurement, so it sorts nothing: attributes of one metric come in one order. */
function idOf(attributes: MetricAttributes): string {
  let id = '';
  for (const name in attributes) id += `${name}\u0000${attributes[name]}\u0000`;
  return id;
}
