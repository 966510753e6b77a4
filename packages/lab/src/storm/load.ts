import { originsOf, SERVICE_MS, type Shape, SLOTS } from './shape.js';
import { timelineOf } from './timeline.js';

/**
 * Returns the start of each call, in ms since the begin of the run, ascending. The whole load is fixed beforehand, so
 * that nothing that happens during the run can hold a call back (no coordinated omission).
 */
export function startTimes(shape: Shape, rate: number): Float64Array {
  const starts: number[] = [];
  // Carried over from phase to phase, so that short phases lose no call to rounding.
  let due = 0;
  for (const { phase, fromMs, toMs } of timelineOf(shape)) {
    for (let i = 0; i < (phase.burst ?? 0); i += 1) starts.push(fromMs);
    const perMs = (phase.loadShare === undefined ? rate : phase.loadShare * capacityPerSecond(shape)) / 1_000;
    const first = due;
    due += (toMs - fromMs) * perMs;
    for (let i = Math.ceil(first - ROUNDING); i < due - ROUNDING; i += 1) starts.push(fromMs + (i - first) / perMs);
  }
  return Float64Array.from(starts);
}

/** Part of a call: the remainder of adding up many short phases. */
const ROUNDING = 1e-6;

/** Calls take the origins in turn. */
export const originOfCall = (index: number, origins: number): number => index % origins;

function capacityPerSecond(shape: Shape): number {
  return (originsOf(shape) * (shape.slots ?? SLOTS) * 1_000) / SERVICE_MS;
}
