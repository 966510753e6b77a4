import type { Comparison } from './comparison.js';
import { percent, twoDigits } from './figures.js';

/** Returns the figures in sentences, one per line. No sentence presumes a result. */
export function summary(rows: readonly Comparison[]): string {
  const total = rows.find(({ name }) => name === 'total');
  if (total === undefined) return '';
  const { plain, guarded } = total;
  const phases = rows.filter((row) => row !== total);
  return [
    `Of ${guarded.calls} calls on each side, ${percent(guarded.success)} were answered with Breakwater, ${percent(plain.success)} without.`,
    `The server saw ${twoDigits(guarded.attemptsPerCall)} attempts per call with it, ${twoDigits(plain.attemptsPerCall)} without.`,
    ...gainSentence(phases),
    ...lossSentence(phases),
  ].join('\n');
}

/** A difference below this is none. */
const NOTEWORTHY = 0.01;

function gainSentence(phases: readonly Comparison[]): readonly string[] {
  const [best] = phases.filter((row) => gain(row) >= NOTEWORTHY).sort((a, b) => gain(b) - gain(a));
  return best === undefined ? [] : [`It gained most in ${contrast(best)}.`];
}

function lossSentence(phases: readonly Comparison[]): readonly string[] {
  const lost = phases.filter((row) => gain(row) <= -NOTEWORTHY);
  return lost.length === 0 ? [] : [`It lost in ${lost.map(contrast).join(',\n  ')}.`];
}

function gain({ plain, guarded }: Comparison): number {
  return (guarded.success ?? 0) - (plain.success ?? 0);
}

function contrast({ name, plain, guarded }: Comparison): string {
  return `${name} (${percent(guarded.success)}, without ${percent(plain.success)})`;
}
