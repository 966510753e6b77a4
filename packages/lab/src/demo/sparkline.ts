const BARS = '▁▂▃▄▅▆▇█';

/** Draws one bar per value in 0..1, a blank for no value. */
export function sparkline(values: readonly (number | undefined)[]): string {
  return values.map((value) => (value === undefined ? ' ' : bar(value))).join('');
}

function bar(value: number): string {
  const index = Math.round(Math.min(1, Math.max(0, value)) * (BARS.length - 1));
  return BARS.charAt(index);
}
