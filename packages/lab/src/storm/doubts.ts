import type { RunFigures } from './figures.js';
import { millis, percent } from './format.js';

const TOO_LATE_MS = 25;
const WARM_UP_SUCCESS = 0.99;

/** What a mark at a figure says. */
export const STARVED_MEANS = 'the machine had no time for client or server; run it again when it is idle';

/** Why the figures of a run may tell of the machine more than of the client; nothing where there is no reason to think so. */
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
