/** Interval at which an origin records its state, and grows if it is to grow. */
export const TICK_MS = 10;
