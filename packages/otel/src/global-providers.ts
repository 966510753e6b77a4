/**
 * Where all copies of the API's major 1 find each other's providers. Not asked of the API, which would take longer than all the rest of an
 * instrumented call: this is asked for each call, also in processes without an SDK.
 */
const SLOT = Symbol.for('opentelemetry.js.api.1');

/** Tells if a provider has been registered with the API, ever. */
export function hasGlobalProviders(): boolean {
  return (globalThis as { readonly [slot: symbol]: unknown })[SLOT] !== undefined;
}
