/** Arrival of a client's calls, as data. */
export type Traffic =
  /** The same time between any two calls. */
  | { readonly kind: 'even'; readonly perSecond: number }
  /** One call in each equal stretch of time, at a random moment of it. */
  | { readonly kind: 'jittered'; readonly perSecond: number }
  /** A Poisson process: as from many independent users. */
  | { readonly kind: 'poisson'; readonly perSecond: number }
  /** Bursts of calls, repeated. The first burst comes after `firstMs` (0). */
  | { readonly kind: 'burst'; readonly size: number; readonly everyMs: number; readonly firstMs?: number | undefined }
  /** Users who each wait for the end of their call, think, and call again. */
  | { readonly kind: 'serial'; readonly users: number; readonly thinkMs: number };

/** Returns the calls per second, on average; undefined for users, whose rate depends on the answers. */
export function ratePerSecond(traffic: readonly Traffic[]): number | undefined {
  let sum = 0;
  for (const one of traffic) {
    if (one.kind === 'serial') return undefined;
    sum += one.kind === 'burst' ? (one.size * 1_000) / one.everyMs : one.perSecond;
  }
  return sum;
}
