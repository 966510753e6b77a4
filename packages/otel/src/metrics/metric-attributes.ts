/** Attributes of one measurement. */
export type MetricAttributes = Readonly<Record<string, string | number | boolean>>;
