import type { MetricAttributes } from '../metrics/metric-attributes.js';
import { type Labels, labelsOf } from './labels.js';

/** Most series of one metric, as in OpenTelemetry's SDK. All later ones share one series. */
const MAX_SERIES = 2_000;
const OVERFLOW: MetricAttributes = { 'otel.metric.overflow': 'true' };

/** The series of one metric, by their attributes. */
export class SeriesTable<S extends object> {
  readonly #create: (labels: Labels) => S;
  /** Finds series by identity: measurements with the same attributes nearly always have the same object. */
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
    // The last place is for the series that all later ones share.
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
