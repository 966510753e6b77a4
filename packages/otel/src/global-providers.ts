/**
 * The place where all copies of the API's major version 1 find each other's providers. A call of the API would take
 * longer than the rest of an instrumented call, and each call needs this, even in processes without an SDK.
 */
const SLOT = Symbol.for('opentelemetry.js.api.1');

/** Tells if a provider has ever been registered with the API. */
export function hasGlobalProviders(): boolean {
  return (globalThis as { readonly [slot: symbol]: unknown })[SLOT] !== undefined;
}
