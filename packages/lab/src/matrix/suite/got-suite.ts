import { show } from './behaviour.js';
import { gotEndings } from './got-endings.js';
import { gotOptions } from './got-options.js';
import type { GotBehaviour, GotParts } from './got-parts.js';
import { gotPromises } from './got-promises.js';
import { gotStreams } from './got-streams.js';
import { reportSuite } from './report.js';

export const behaviours: readonly GotBehaviour[] = [...gotPromises, ...gotEndings, ...gotStreams, ...gotOptions];

export function report(parts: GotParts): Promise<void> {
  return reportSuite(behaviours, parts);
}

/** For test runners: those that apply, each as a function to await. */
export function tests(parts: GotParts): { name: string; run: () => Promise<void> }[] {
  return behaviours
    .filter((behaviour) => behaviour.lacks?.(parts) === undefined)
    .map((behaviour) => ({ name: behaviour.name, run: () => show(behaviour, parts) }));
}
