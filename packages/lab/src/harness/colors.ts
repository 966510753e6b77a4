import { createColors } from 'picocolors';

/** Uses colours only on a terminal. picocolors alone also uses them in CI. */
export const colors = createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);
