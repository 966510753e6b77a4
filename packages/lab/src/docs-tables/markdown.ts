import type { Declared } from './declared.js';

/**
 * Returns a Markdown table. A bar in a cell is escaped. @throws Error for an empty cell: something has no doc comment
 */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  for (const row of rows) {
    if (row.includes('')) throw new Error(`no text for ${row.filter((cell) => cell !== '').join(', ')}`);
  }
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/**
 * Returns the default of an option for its table. The option's `@default` is what editors show, so it must be the
 * value.
 *
 * @throws Error if the two differ
 */
export function defaultCell({ name, defaultText, isOptional }: Declared, value: unknown): string {
  if (!isOptional) return 'required';
  if (defaultText === undefined) throw new Error(`${name} has no @default`);
  if (isWords(defaultText) && (value === undefined || typeof value === 'object')) return defaultText;
  if (defaultText !== written(value))
    throw new Error(`@default of ${name} is ${defaultText}, but it is ${written(value)}`);
  return `\`${defaultText}\``;
}

/** Words, and what is made for each policy: not the look of a value. */
function isWords(text: string): boolean {
  return /^(?:[a-z]|`)/.test(text) && text !== 'true' && text !== 'false';
}

/** Returns a value as it is written in code. */
function written(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
  if (value instanceof Set) return written([...value]);
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, own]) => `${key}: ${written(own)}`)
    .join(', ')} }`;
}
