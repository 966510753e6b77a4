import type { CounterName, HistogramName } from './instruments.js';
import type { MetricAttributes } from './metric-attributes.js';

/** Takes measurements: the instruments of a meter, or series of our own. */
export interface Recorder {
  add(name: CounterName, value: number, attributes: MetricAttributes): void;
  record(name: HistogramName, value: number, attributes: MetricAttributes): void;
}
