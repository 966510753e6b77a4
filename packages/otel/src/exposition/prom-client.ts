import type { InstrumentName } from '../metrics/instruments.js';
import {
  countedSamples,
  type Family,
  type FamilyType,
  familyOf,
  instrumentNames,
  type MetricSources,
  observedSamples,
} from './families.js';
import type { Labels } from './labels.js';
import { numberText } from './text-format.js';

/** The part of prom-client's `Registry` that is used. */
export interface PromClientRegistry {
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/** A metric as a registry of prom-client 13 to 15 reads it. */
interface PromClientMetric {
  /** A registry of OpenMetrics removes `_total` from a counter's name. */
  name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly aggregator: 'sum' | 'max';
  get(): Promise<PromClientValues>;
  reset(): void;
}

interface PromClientValues extends Pick<PromClientMetric, 'name' | 'help' | 'type' | 'aggregator'> {
  readonly values: readonly {
    readonly metricName?: string;
    readonly labels: Labels;
    readonly value: number;
  }[];
}

/**
 * Registers all metrics, which the registry then reads at each scrape. The returned function removes these metrics and
 * no others.
 */
export function registerFamilies(register: PromClientRegistry, sources: MetricSources): () => void {
  const registered = new Map<string, PromClientMetric>();
  const undo = (): void => {
    for (const [name, metric] of registered) {
      // After a `clear()`, another metric may have the same name.
      if (register.getSingleMetric(name) === metric) register.removeSingleMetric(name);
    }
    registered.clear();
  };
  const reading = oneReadPerScrape(sources);
  try {
    for (const instrument of instrumentNames) {
      const metric = promClientMetric(instrument, sources, reading);
      const { name } = metric;
      register.registerMetric(metric as never);
      registered.set(name, metric);
    }
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

type Observed = ReturnType<typeof observedSamples>;

/**
 * Returns a function that reads the policies once per scrape: a registry reads all its metrics in one turn, one after
 * the other.
 */
function oneReadPerScrape(sources: MetricSources): () => Observed {
  let current: Observed | undefined;
  return () => {
    if (current === undefined) {
      current = observedSamples(sources);
      queueMicrotask(() => {
        current = undefined;
      });
    }
    return current;
  };
}

function promClientMetric(
  instrument: InstrumentName,
  sources: MetricSources,
  observed: () => Observed,
): PromClientMetric {
  const { name, help, type } = familyOf(instrument, []);
  return {
    name,
    help,
    type,
    // The way in which values of the workers of a cluster are combined.
    aggregator: instrument === 'breakwater.cool_down.remaining' ? 'max' : 'sum',
    async get() {
      const samples =
        type === 'gauge' ? (observed().get(instrument) ?? []) : countedSamples(instrument, sources.counted);
      return { name: this.name, help, type, aggregator: this.aggregator, values: samples.map(asValue(this.name)) };
    },
    reset() {
      if (type !== 'gauge') sources.counted.reset(instrument as never);
    },
  };
}

function asValue(name: string): (sample: Family['samples'][number]) => PromClientValues['values'][number] {
  return ({ suffix, labels, bucket, value }) => ({
    ...(suffix !== '' && { metricName: `${name}${suffix}` }),
    labels: bucket === undefined ? labels : { ...labels, le: numberText(bucket) },
    value,
  });
}
