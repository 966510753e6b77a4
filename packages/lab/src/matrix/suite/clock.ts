import type { ManualClock } from '@breakwater/core/testing';

/** Resolves when a timer is set on the clock, and everything else has come to rest. */
export async function awaited(clock: ManualClock): Promise<void> {
  while (clock.pending === 0) await macrotask();
  await clock.settle();
}

export function macrotask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
