const BARS = '▁▂▃▄▅▆▇█';

/** Draws one bar per value in 0..1, and a dot for undefined. */
export function sparkline(values: readonly (number | undefined)[]): string {
  return values.map((value) => (value === undefined ? '·' : bar(value))).join('');
}

function bar(value: number): string {
  return BARS.charAt(Math.round(Math.min(1, Math.max(0, value)) * (BARS.length - 1)));
}
