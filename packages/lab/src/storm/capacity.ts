import { type Behaviour, behaviourOf, SERVICE_MS, type Shape, SLOTS } from './shape.js';
import { type Span, spanAt } from './timeline.js';

/** Slots in use when `progress` (0..1) of the phase is over. A server that is up at all has one. */
export function slotsAt(behaviour: Behaviour, progress: number): number {
  const slots = behaviour.slots ?? SLOTS;
  if (behaviour.growsFrom === undefined) return slots;
  const share = behaviour.growsFrom + (1 - behaviour.growsFrom) * Math.min(1, Math.max(0, progress));
  return Math.max(1, Math.floor(slots * share));
}

export function serviceMsOf(behaviour: Behaviour): number {
  return (behaviour.serviceMs ?? SERVICE_MS) * (behaviour.slowFactor ?? 1);
}

/** Returns the good answers that the server can give, per ms: from its settings, never from the results. */
export function answersPerMs(behaviour: Behaviour, progress: number): number {
  if ((behaviour.reach ?? 'open') !== 'open') return 0;
  const bySlots = (slotsAt(behaviour, progress) / serviceMsOf(behaviour)) * (1 - (behaviour.errorShare ?? 0));
  return Math.min(bySlots, (behaviour.throttle?.perSecond ?? Number.POSITIVE_INFINITY) / 1_000);
}

/** Good answers that one origin can give from one moment to another. */
export function capacityBetween(
  shape: Shape,
  timeline: readonly Span[],
  origin: number,
  fromMs: number,
  toMs: number,
): number {
  let sum = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += STEP_MS) {
    const width = Math.min(STEP_MS, toMs - atMs);
    const span = spanAt(timeline, atMs);
    const progress = (atMs + width / 2 - span.fromMs) / span.phase.ms;
    sum += width * answersPerMs(behaviourOf(shape, span.phase, origin), progress);
  }
  return sum;
}

const STEP_MS = 10;
