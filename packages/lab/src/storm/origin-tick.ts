/** How often an origin notes how it stands, and grows if it is to grow. */
export const TICK_MS = 10;
