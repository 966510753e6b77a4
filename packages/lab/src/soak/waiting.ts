import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const POLL_MS = 1;

/** Lets the event loop turn until a condition holds. Throws if it never does. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > givesUpAt) throw new Error(`it never came about that ${what}`);
    await delay(POLL_MS);
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Returns the rest of something after it has had its time to go; empty once it has gone. */
export async function stays(left: () => Promise<string> | string): Promise<string> {
  const givesUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const rest = await left();
    if (rest === '' || performance.now() > givesUpAt) return rest;
    await delay(POLL_MS);
  }
}
