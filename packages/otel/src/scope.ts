/** Name of the instrumentation scope of all metrics and spans. */
export const SCOPE = '@breakwater/otel';
