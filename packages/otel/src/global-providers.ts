/**
 * The place where all copies of the API's major 1 find each other's providers. A question to the API would take longer
 * than all the rest of an instrumented call, and each call asks, in processes without an SDK too.
 */
const SLOT = Symbol.for('opentelemetry.js.api.1');

/** Tells if a provider has been registered with the API, ever. */
export function hasGlobalProviders(): boolean {
  return (globalThis as { readonly [slot: symbol]: unknown })[SLOT] !== undefined;
}
