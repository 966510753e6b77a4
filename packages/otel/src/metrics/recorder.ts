import type { CounterName, HistogramName } from './instruments.js';
import type { MetricAttributes } from './metric-attributes.js';

/** Receives measurements: the instruments of a meter, or this package's own series. */
export interface Recorder {
  add(name: CounterName, value: number, attributes: MetricAttributes): void;
  record(name: HistogramName, value: number, attributes: MetricAttributes): void;
}
