import type { MetricAttributes } from './metric-attributes.js';

/**
 * Attributes with further ones added. Equal attributes share one object, so that the several measurements of each call
 * create no objects and find their series by identity. The added values must be bounded.
 */
export class ExtendedAttributes {
  readonly #merged = new WeakMap<MetricAttributes, WeakMap<MetricAttributes, MetricAttributes>>();
  readonly #extended = new WeakMap<MetricAttributes, Map<string, Map<string, MetricAttributes>>>();

  /** Returns the attributes of both. Those of `base` take precedence. */
  merged(base: MetricAttributes, added: MetricAttributes): MetricAttributes {
    const all = this.#merged.get(base) ?? new WeakMap<MetricAttributes, MetricAttributes>();
    this.#merged.set(base, all);
    const merged = all.get(added) ?? Object.freeze({ ...added, ...base });
    all.set(added, merged);
    return merged;
  }

  /** Returns `base` with an attribute `name`, and with an `error.type` unless that is empty. */
  extended(base: MetricAttributes, name: string, value: string, errorType: string): MetricAttributes {
    const all = this.#extended.get(base)?.get(name)?.get(`${value} ${errorType}`);
    return all ?? this.#extend(base, name, value, errorType);
  }

  #extend(base: MetricAttributes, name: string, value: string, errorType: string): MetricAttributes {
    const names = this.#extended.get(base) ?? new Map<string, Map<string, MetricAttributes>>();
    this.#extended.set(base, names);
    const values = names.get(name) ?? new Map<string, MetricAttributes>();
    names.set(name, values);
    const error = errorType === '' ? {} : { 'error.type': errorType };
    const extended = Object.freeze({ ...base, [name]: value, ...error });
    values.set(`${value} ${errorType}`, extended);
    return extended;
  }
}
