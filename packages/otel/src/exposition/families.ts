import type { Policy } from '@breakwater/core';
import { type Instrument, type InstrumentName, instruments } from '../metrics/instruments.js';
import { type DegradedStores, observePolicies } from '../metrics/observe-policies.js';
import type { Series } from '../metrics/series.js';
import type { Counted } from './counted.js';
import { type Labels, labelsOf, metricName } from './labels.js';

/** One value of a metric. */
export interface Sample {
  /** Suffix of the metric's name: `_bucket`, `_sum` or `_count` of a histogram, else nothing. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  /** Upper bound of a bucket; undefined for other samples. */
  readonly bucket?: number | undefined;
  readonly value: number;
}

/** All samples of one metric. */
export interface Family {
  readonly instrument: InstrumentName;
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly samples: readonly Sample[];
}

/** A metric's type, as Prometheus names it. */
export type FamilyType = 'counter' | 'gauge' | 'histogram';

/** Sources of all metrics. */
export interface MetricSources {
  readonly counted: Counted;
  readonly series: Series;
  readonly degraded: DegradedStores;
  policies(): readonly Policy[];
}

/** Names of all metrics, in the order in which they are written. */
export const instrumentNames = Object.keys(instruments) as readonly InstrumentName[];

/** Returns the family of a metric with its samples at this moment, for each metric that has any. */
export function familiesOf(sources: MetricSources): Family[] {
  const observed = observedSamples(sources);
  return instrumentNames
    .map((name) => familyOf(name, observed.get(name) ?? countedSamples(name, sources.counted)))
    .filter(({ samples }) => samples.length > 0);
}

/** Returns a metric's family with these samples. */
export function familyOf(instrument: InstrumentName, samples: readonly Sample[]): Family {
  const { kind, description }: Instrument = instruments[instrument];
  const type = kind === 'counter' || kind === 'histogram' ? kind : 'gauge';
  return { instrument, name: metricName(instrument, type === 'counter'), help: description, type, samples };
}

/** Reads all metrics that have a value at any moment, by name. */
export function observedSamples({ series, degraded, policies }: MetricSources): Map<InstrumentName, Sample[]> {
  const samples = new Map<InstrumentName, Sample[]>();
  for (const { name, value, attributes } of observePolicies(policies(), series, degraded)) {
    const known = samples.get(name) ?? [];
    known.push({ suffix: '', labels: labelsOf(attributes), value });
    samples.set(name, known);
  }
  return samples;
}

/** Returns what has been counted of a metric. */
export function countedSamples(name: InstrumentName, counted: Counted): Sample[] {
  const { kind } = instruments[name];
  if (kind === 'counter') {
    return counted.counters(name as never).map(({ labels, value }) => ({ suffix: '', labels, value }));
  }
  return kind === 'histogram' ? histogramSamples(name as never, counted) : [];
}

function histogramSamples(name: Parameters<Counted['histograms']>[0], counted: Counted): Sample[] {
  const bounds = [...instruments[name].buckets, Number.POSITIVE_INFINITY];
  return counted.histograms(name).flatMap(({ labels, counts, sum, count }): Sample[] => {
    let below = 0;
    const buckets = bounds.map((bucket, at): Sample => {
      below += counts[at] ?? 0;
      return { suffix: '_bucket', labels, bucket, value: below };
    });
    return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: count }];
  });
}
