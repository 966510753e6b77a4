import type { Behaviour, Phase } from '@breakwater/simulator';

/** Long enough for some hundred calls at any rate, and no longer than needed. */
export function stretchMs(rate: number, calls: number, leastMs: number, mostMs: number): number {
  return Math.min(mostMs, Math.max(leastMs, (calls / rate) * 1_000));
}

/** Calm, then trouble, then calm again for long enough to see whether all is well after the grace. */
export function troubled(
  rate: number,
  trouble: { readonly ms?: number | undefined; readonly servers: Readonly<Record<string, Behaviour>> },
  graceMs: number,
): Phase[] {
  return [
    { name: 'before', ms: stretchMs(rate, 200, 5_000, 60_000) },
    { name: 'trouble', ms: trouble.ms ?? stretchMs(rate, 600, 20_000, 300_000), servers: trouble.servers },
    { name: 'after', ms: graceMs + stretchMs(rate, 200, 15_000, 120_000) },
  ];
}
