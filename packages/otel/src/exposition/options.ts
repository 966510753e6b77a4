import type { Policy } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import type { PolicySource } from '../metrics/followed-policies.js';

/** Options of `prometheus()`. */
export interface PrometheusOptions {
  /**
   * The policies to measure, or a function that returns the present ones and is called at each scrape.
   * @default all policies of the process
   */
  readonly policies?: Iterable<Policy> | (() => Iterable<Policy>) | undefined;
}

/** Returns the source of the policies. @throws TypeError for invalid options, naming option, rule and value. */
export function checkedSource(options: PrometheusOptions): PolicySource {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  for (const name of Object.keys(options)) {
    if (name !== 'policies') throw new TypeError(`there is no option ${name}: it must be policies`);
  }
  const { policies } = options;
  if (policies === undefined || typeof policies === 'function') return policies;
  const isList = typeof policies === 'object' && policies !== null && Symbol.iterator in policies;
  const list = isList ? [...policies] : undefined;
  if (list?.every(isPolicy) !== true) {
    throw new TypeError('policies must be a list of policies, or a function that returns one');
  }
  return list;
}
