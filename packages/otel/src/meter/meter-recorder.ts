import type { BatchObservableCallback, Counter, Histogram, Meter, Observable } from '@opentelemetry/api';
import {
  type CounterName,
  type HistogramName,
  type Instrument,
  type InstrumentName,
  instruments,
  type ObservableName,
} from '../metrics/instruments.js';
import type { MetricAttributes } from '../metrics/metric-attributes.js';
import type { Observation } from '../metrics/observe-policies.js';
import type { Recorder } from '../metrics/recorder.js';

/** The instruments of one meter. */
export class MeterRecorder implements Recorder {
  readonly #meter: Meter;
  readonly #counters = new Map<string, Counter>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #observables = new Map<string, Observable>();
  readonly #observe: BatchObservableCallback;

  /** Calls `read` at each collection. */
  constructor(meter: Meter, read: () => Iterable<Observation>) {
    this.#meter = meter;
    for (const name of Object.keys(instruments) as InstrumentName[]) this.#create(name, instruments[name]);
    this.#observe = (result) => {
      for (const { name, value, attributes } of read()) result.observe(this.#observable(name), value, attributes);
    };
    meter.addBatchObservableCallback(this.#observe, [...this.#observables.values()]);
  }

  add(name: CounterName, value: number, attributes: MetricAttributes): void {
    this.#counters.get(name)?.add(value, attributes);
  }

  record(name: HistogramName, value: number, attributes: MetricAttributes): void {
    this.#histograms.get(name)?.record(value, attributes);
  }

  /** Ends the part in collections. */
  close(): void {
    this.#meter.removeBatchObservableCallback(this.#observe, [...this.#observables.values()]);
  }

  #observable(name: ObservableName): Observable {
    return this.#observables.get(name) as Observable;
  }

  #create(name: string, { kind, unit, description, buckets }: Instrument): void {
    const meter = this.#meter;
    const options = { unit, description };
    switch (kind) {
      case 'counter':
        this.#counters.set(name, meter.createCounter(name, options));
        break;
      case 'histogram': {
        const advice = buckets === undefined ? {} : { explicitBucketBoundaries: [...buckets] };
        this.#histograms.set(name, meter.createHistogram(name, { ...options, advice }));
        break;
      }
      case 'observable-gauge':
        this.#observables.set(name, meter.createObservableGauge(name, options));
        break;
      case 'observable-up-down-counter':
        this.#observables.set(name, meter.createObservableUpDownCounter(name, options));
        break;
    }
  }
}
