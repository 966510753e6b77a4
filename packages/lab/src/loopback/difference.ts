/** A measurement beside its simulation, in percent of answered calls. */
export interface Compared {
  /** With several seeds; the first is the one that was measured. */
  readonly simulated: readonly number[];
  readonly measured: number;
  /** Delay of the event loop at the 99th percentile. */
  readonly lateMs: number;
}

/** Most points by which a measurement may differ without a reason. */
export const MOST_POINTS = 3;
/** A delay that changes what a client of a quarter of a second sees. */
const LATE_MS = 20;

/** Returns the reason for a difference, or an empty text if it is small. */
export function reasonFor({ lateMs, measured, simulated }: Compared): string {
  const [first = 0] = simulated;
  if (Math.abs(measured - first) <= MOST_POINTS) return '';
  const reasons: string[] = [];
  const [least, most] = [Math.min(...simulated), Math.max(...simulated)];
  if (measured >= least - MOST_POINTS && measured <= most + MOST_POINTS) {
    reasons.push(`chance: seeds give ${least.toFixed(1)} to ${most.toFixed(1)}`);
  }
  if (lateMs > LATE_MS) reasons.push(`the machine was busy: 1 % of its work came ${lateMs.toFixed(0)} ms late or more`);
  return reasons.length === 0 ? 'not explained' : reasons.join('; ');
}
