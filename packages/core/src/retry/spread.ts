/**
 * Returns `waitMs` and a random part of up to `spreadMs`. The spread is this library's own, so it may be cut: it takes
 * at most half of the rest of `leftMs`, which leaves time for the attempt.
 */
export function spread(waitMs: number, spreadMs: number, leftMs: number, random: () => number): number {
  const roomMs = Math.max(0, (leftMs - waitMs) / 2);
  return waitMs + random() * Math.min(spreadMs, roomMs);
}
