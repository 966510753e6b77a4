import type { Family, Sample } from './families.js';
import type { Labels } from './labels.js';

/** Content type of the text format of Prometheus. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes families in the text format of Prometheus, version 0.0.4. */
export function textOf(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText({ name, help, type, samples }: Family): string {
  const lines = samples.map((sample) => `${sampleText(name, sample)}\n`);
  return `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function sampleText(name: string, { suffix, labels, bucket, value }: Sample): string {
  const shared = labelsText(labels);
  const own = bucket === undefined ? '' : `le="${numberText(bucket)}"`;
  const all = shared === '' || own === '' ? `${shared}${own}` : `${shared},${own}`;
  return `${name}${suffix}${all === '' ? '' : `{${all}}`} ${numberText(value)}`;
}

/** The text of labels, kept with them, because counters are written at each scrape. */
const texts = new WeakMap<Labels, string>();

function labelsText(labels: Labels): string {
  let text = texts.get(labels);
  if (text === undefined) {
    text = Object.entries(labels)
      .map(([label, value]) => `${label}="${escaped(value).replace(/"/g, '\\"')}"`)
      .join(',');
    texts.set(labels, text);
  }
  return text;
}

/** Escapes backslashes and line feeds; nothing else is special in a help text. */
function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

/** Writes a number as Prometheus reads it. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
