import type { MetricAttributes } from '../metrics/metric-attributes.js';
import { type Labels, labelsOf } from './labels.js';

/** Series of one metric, as in OpenTelemetry's SDK. All that come later share one. */
const MAX_SERIES = 2_000;
const OVERFLOW: MetricAttributes = { 'otel.metric.overflow': 'true' };

/** The series of one metric, by their attributes. */
export class SeriesTable<S extends object> {
  readonly #create: (labels: Labels) => S;
  /** Measurements with the same attributes nearly always have the same object. */
  readonly #byObject = new WeakMap<MetricAttributes, S>();
  readonly #byId = new Map<string, S>();

  constructor(create: (labels: Labels) => S) {
    this.#create = create;
  }

  of(attributes: MetricAttributes): S {
    return this.#byObject.get(attributes) ?? this.#look(attributes);
  }

  all(): readonly S[] {
    return [...this.#byId.values()];
  }

  #look(attributes: MetricAttributes): S {
    const known = this.#byId.get(idOf(attributes));
    // One place is kept for those that find none.
    const kept = known !== undefined || this.#byId.size < MAX_SERIES - 1 ? attributes : OVERFLOW;
    const id = idOf(kept);
    const series = this.#byId.get(id) ?? this.#create(labelsOf(kept));
    this.#byId.set(id, series);
    this.#byObject.set(attributes, series);
    return series;
  }
}

function idOf(attributes: MetricAttributes): string {
  return JSON.stringify(Object.entries(attributes).sort());
}
