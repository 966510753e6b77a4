import { axiosCancels } from './axios-cancels.js';
import { axiosFetch } from './axios-fetch.js';
import { axiosOptions } from './axios-options.js';
import type { AxiosBehaviour, AxiosParts } from './axios-parts.js';
import { axiosSending } from './axios-sending.js';
import { axiosStreams } from './axios-streams.js';
import { axiosWaits } from './axios-waits.js';
import { show } from './behaviour.js';
import { reportSuite } from './report.js';

export const behaviours: readonly AxiosBehaviour[] = [
  ...axiosSending,
  ...axiosWaits,
  ...axiosCancels,
  ...axiosStreams,
  ...axiosOptions,
  ...axiosFetch,
];

export function report(parts: AxiosParts): Promise<void> {
  return reportSuite(behaviours, parts);
}

/** For test runners: those that apply, each as a function to await. */
export function tests(parts: AxiosParts): { name: string; run: () => Promise<void> }[] {
  return behaviours
    .filter((behaviour) => behaviour.lacks?.(parts) === undefined)
    .map((behaviour) => ({ name: behaviour.name, run: () => show(behaviour, parts) }));
}
