import { BIN_MS, sumBetween } from './bins.js';
import { capacityBetween } from './capacity.js';
import { originOfCall } from './load.js';
import { type OriginRecord, REFUSED } from './messages.js';
import { TICK_MS } from './origin-tick.js';
import { originsOf, type Shape } from './shape.js';
import { timelineOf } from './timeline.js';

/** Shown with the figure: it is an estimate, made in this way. */
export const HARM_DEFINITION =
  'calls that the library refused although the server, as it stood at that moment, would have given a good answer within the timeout; ' +
  'at most as many as the server could have answered beyond what it did answer in the same half second';

/** Long enough that the rhythm of ten slots of 100 ms does not look like spare room. */
const WINDOW_MS = 5 * BIN_MS;

export interface HarmInput {
  readonly shape: Shape;
  readonly timeoutMs: number;
  readonly starts: Float64Array;
  readonly outcomes: Uint8Array;
  readonly origins: readonly Pick<OriginRecord, 'served' | 'delays'>[];
}

export function harmedCalls({ shape, timeoutMs, starts, outcomes, origins }: HarmInput): number {
  const answerable = origins.map(() => new Map<number, number>());
  starts.forEach((startMs, index) => {
    if (outcomes[index] !== REFUSED) return;
    const number = originOfCall(index, originsOf(shape));
    if ((origins[number]?.delays[Math.floor(startMs / TICK_MS)] ?? Infinity) > timeoutMs) return;
    const window = Math.floor(startMs / WINDOW_MS);
    answerable[number]?.set(window, (answerable[number].get(window) ?? 0) + 1);
  });

  const timeline = timelineOf(shape);
  let harmed = 0;
  answerable.forEach((windows, number) => {
    for (const [window, refused] of windows) {
      const [fromMs, toMs] = [window * WINDOW_MS, (window + 1) * WINDOW_MS];
      const served = sumBetween(origins[number]?.served ?? [], fromMs, toMs);
      const spare = Math.max(0, Math.floor(capacityBetween(shape, timeline, number, fromMs, toMs) - served));
      harmed += Math.min(refused, spare);
    }
  });
  return harmed;
}
