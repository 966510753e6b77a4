import type { InterceptorEntry, Interceptors } from '../axios-types.js';

/** Returns the interceptors before the one with this `rejected` function; undefined if it is not among them. */
export function earlierThan(rejected: unknown, interceptors: Interceptors): readonly InterceptorEntry[] | undefined {
  const earlier: InterceptorEntry[] = [];
  let isFound = false;
  interceptors.forEach((entry) => {
    isFound ||= entry.rejected === rejected;
    if (!isFound) earlier.push(entry);
  });
  return isFound ? earlier : undefined;
}

/** Passes an attempt's outcome through interceptors, as axios does with the first attempt. */
export function through(interceptors: readonly InterceptorEntry[], outcome: Promise<unknown>): Promise<unknown> {
  return interceptors.reduce((promise, { fulfilled, rejected }) => promise.then(fulfilled, rejected), outcome);
}
