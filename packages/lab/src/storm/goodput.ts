import { BIN_MS } from './bins.js';
import { capacityBetween } from './capacity.js';
import { originOfCall } from './load.js';
import { originsOf, type Shape } from './shape.js';
import { timelineOf } from './timeline.js';

export interface PhysicalLimit {
  /** Good answers that the servers can give, per bin of 100 ms. */
  readonly capacity: Float64Array;
  /** The same, but no more than is asked of them, origin by origin: what no client can surpass for long. */
  readonly reachable: Float64Array;
}

/** From the shape and the load alone. Goodput is compared with `reachable`. */
export function physicalLimit(shape: Shape, starts: Float64Array, durationMs: number): PhysicalLimit {
  const origins = originsOf(shape);
  const timeline = timelineOf(shape);
  const bins = Math.ceil(durationMs / BIN_MS);
  const capacity = new Float64Array(bins);
  const reachable = new Float64Array(bins);
  for (let origin = 0; origin < origins; origin += 1) {
    const offered = new Float64Array(bins);
    starts.forEach((startMs, index) => {
      const bin = Math.floor(startMs / BIN_MS);
      if (originOfCall(index, origins) === origin) offered[bin] = (offered[bin] ?? 0) + 1;
    });
    for (let bin = 0; bin < bins; bin += 1) {
      const own = capacityBetween(shape, timeline, origin, bin * BIN_MS, (bin + 1) * BIN_MS);
      capacity[bin] = (capacity[bin] ?? 0) + own;
      reachable[bin] = (reachable[bin] ?? 0) + Math.min(own, offered[bin] ?? 0);
    }
  }
  return { capacity, reachable };
}
