import type { RunFigures } from './figures.js';
import { millis, percent } from './format.js';

const TOO_LATE_MS = 25;
const WARM_UP_SUCCESS = 0.99;

/** Meaning of a mark at a figure. */
export const STARVED_MEANS = 'the machine had no time for client or server; run it again when it is idle';

/**
 * Returns the reasons for which the figures of a run may depend on the machine more than on the client; none if there
 * are none.
 */
export function doubtsAbout({ latenessP95Ms, clientCpuShare, warmUpSuccess }: RunFigures): readonly string[] {
  const doubts: string[] = [];
  if (warmUpSuccess < WARM_UP_SUCCESS) {
    doubts.push(`only ${percent(warmUpSuccess)} of its calls before the run succeeded`);
  }
  if (latenessP95Ms > TOO_LATE_MS) {
    const late = `more than ${millis(latenessP95Ms)} ms late`;
    doubts.push(`it began 5 % of its calls ${late}, using ${percent(clientCpuShare, 0)} of a core`);
  }
  return doubts;
}
