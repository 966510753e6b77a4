import type { MetricAttributes } from '../metrics/metric-attributes.js';

/** Labels of a sample, by name. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Returns attributes as labels: dots become underscores, as in OpenTelemetry's exporter. Of two attributes with the
 * same label the later one is kept, since Prometheus rejects a whole scrape if a label appears twice.
 */
export function labelsOf(attributes: MetricAttributes): Labels {
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    const label = labelName(name);
    // `le` is the label for the bound of a bucket.
    if (label !== 'le') labels[label] = String(value);
  }
  return labels;
}

/** Returns the name of a metric in Prometheus. */
export function metricName(name: string, isCounter: boolean): string {
  return `${labelName(name)}${isCounter ? '_total' : ''}`;
}

function labelName(name: string): string {
  return name.replace(/\W/g, '_').replace(/_{2,}/g, '_');
}
