/**
 * Returns `waitMs` and a random part of up to `spreadMs`. The spread is ours, not the server's: it is cut if time is
 * short, and takes no more than half of the rest of `leftMs`, so that there is time for the attempt as well.
 */
export function spread(waitMs: number, spreadMs: number, leftMs: number, random: () => number): number {
  const roomMs = Math.max(0, (leftMs - waitMs) / 2);
  return waitMs + random() * Math.min(spreadMs, roomMs);
}
