import type { Dice } from './dice.js';
import { naturalLog } from './natural-log.js';

/** A duration as data: always the same number of ms, or drawn anew each time. */
export type Duration =
  | number
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  /** A mixture of `shares` that add up to 1: 90 % take 10 ms and 10 % take 500 ms. */
  | { readonly kind: 'mixed'; readonly of: readonly { readonly share: number; readonly ms: Duration }[] };

/** Draws a duration, in ms. */
export function drawMs(duration: Duration, dice: Dice): number {
  if (typeof duration === 'number') return duration;
  switch (duration.kind) {
    case 'uniform':
      return duration.fromMs + (duration.toMs - duration.fromMs) * dice.next();
    case 'exponential':
      return -duration.meanMs * naturalLog(1 - dice.next());
    case 'mixed':
      return drawMs(picked(duration.of, dice.next()).ms, dice);
  }
}

/** Returns the mean of a duration, in ms. */
export function meanMs(duration: Duration): number {
  if (typeof duration === 'number') return duration;
  switch (duration.kind) {
    case 'uniform':
      return (duration.fromMs + duration.toMs) / 2;
    case 'exponential':
      return duration.meanMs;
    case 'mixed':
      return duration.of.reduce((sum, { share, ms }) => sum + share * meanMs(ms), 0);
  }
}

/** Returns the entry whose share contains the number in [0, 1); the last one has the rest. */
export function picked<T extends { readonly share: number }>(entries: readonly T[], number: number): T {
  let until = 0;
  for (const entry of entries) {
    until += entry.share;
    if (number < until) return entry;
  }
  const last = entries.at(-1);
  if (last === undefined) throw new RangeError('entries must not be empty');
  return last;
}
