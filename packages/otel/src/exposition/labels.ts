import type { MetricAttributes } from '../metrics/metric-attributes.js';

/** Labels of a sample, by name. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Returns attributes as labels: dots become underscores, as OpenTelemetry's exporter names them. Of two attributes that
 * would have the same label the later one is kept, since a scrape with a label twice is refused as a whole.
 */
export function labelsOf(attributes: MetricAttributes): Labels {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const label = labelName(name);
    // The bound of a bucket has this name.
    if (label !== 'le') labels[label] = String(value);
  }
  return labels;
}

/** Returns the name of a metric as Prometheus has it. */
export function metricName(name: string, isCounter: boolean): string {
  return `${labelName(name)}${isCounter ? '_total' : ''}`;
}

function labelName(name: string): string {
  return name.replace(/\W/g, '_').replace(/_{2,}/g, '_');
}
