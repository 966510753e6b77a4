import { createColors } from 'picocolors';

/** Colours on a terminal alone. picocolors by itself takes any CI for one. */
export const colors = createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
