import type { Exit, Figures, Outcome } from './figures.js';
import { phases } from './phases.js';
import { afterWarmUp, slopePerCall } from './trend.js';

/** Most bytes of heap that a call may keep for good: less than the smallest object that could leak. */
const MAX_BYTES_PER_CALL = 8;
/** Most bytes that compiled code and caches may still gain after the warm-up, however few the calls. */
const MAX_NOISE_BYTES = 4 * 2 ** 20;
/** Number of calls from which on every phase must have occurred. */
const ENOUGH_CALLS = 2_000;

/** Returns all breaches, in words; empty if there are none. */
export function breachesOf({ figures, exit }: Outcome): readonly string[] {
  const seen =
    figures === undefined
      ? []
      : [...figures.breaches, ...unsettled(figures), ...heapBreaches(figures), ...missed(figures)];
  return [...seen, ...exitBreaches(exit)];
}

/** Returns the bytes of heap that each call has left behind after the warm-up. */
export function heapGrowth({ heap }: Pick<Figures, 'heap'>): number {
  return slopePerCall(afterWarmUp(heap));
}

function unsettled({ began, settled }: Figures): readonly string[] {
  return began === settled ? [] : [`${began} calls have begun and ${settled} have ended`];
}

function heapBreaches({ heap }: Figures): readonly string[] {
  const samples = afterWarmUp(heap);
  const calls = (samples.at(-1)?.calls ?? 0) - (samples[0]?.calls ?? 0);
  const growth = slopePerCall(samples);
  const allowed = Math.max(MAX_BYTES_PER_CALL, MAX_NOISE_BYTES / Math.max(calls, 1));
  if (growth <= allowed) return [];
  return [`the heap grows by ${growth.toFixed(1)} bytes per call after the warm-up, more than ${allowed.toFixed(1)}`];
}

/** A mix that omits something proves nothing about it. */
function missed({ aborts, began }: Figures): readonly string[] {
  if (began < ENOUGH_CALLS) return [];
  return Object.keys(phases).flatMap((phase) => (aborts[phase] === undefined ? [`no call was aborted ${phase}`] : []));
}

function exitBreaches(exit: Exit): readonly string[] {
  switch (exit.kind) {
    case 'by-itself':
      return exit.code === 0 ? [] : [`the process ended with ${exit.code}`];
    case 'hung':
      return [`the process did not end by itself: ${exit.resources.join(', ') || 'nobody knows why'}`];
    case 'early':
      return [`the process ended before its time (${exit.how})`];
  }
}
