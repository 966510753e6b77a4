import { percent, seconds, twoDigits, whole } from './figures.js';
import type { Frame, Happening, SideFrame, View } from './frame.js';
import type { Phase } from './scenario.js';

const LINE_EVERY_MS = 1_000;

/** A line per second and per event, for files and pipes, and with `--plain`. */
export function plainView(write: (text: string) => void): View {
  let shownPhase: Phase | undefined;
  let dueMs = LINE_EVERY_MS;
  return {
    show: (frame) => {
      // The second that is over belongs to the phase before.
      if (frame.atMs >= dueMs) {
        dueMs = (Math.floor(frame.atMs / LINE_EVERY_MS) + 1) * LINE_EVERY_MS;
        write(`${secondLine(frame)}\n`);
      }
      if (frame.phase === shownPhase) return;
      shownPhase = frame.phase;
      write(`${phaseLines(frame.phase).join('\n')}\n`);
    },
    tell: (happening) => write(`${happeningLine(happening)}\n`),
    close: () => {},
  };
}

const HEADINGS = [
  '          without Breakwater            with Breakwater',
  '    time  success att/call req/s queue  success att/call req/s queue  breaker',
];

/** The lines that announce a phase. */
export function phaseLines({ name, says }: Phase): readonly string[] {
  return ['', `${name.toUpperCase()}: ${says}`, ...HEADINGS];
}

/** Figures of the last second. */
export function secondLine({ atMs, plain, guarded, policy }: Frame): string {
  const at = seconds(atMs).padStart(8);
  return `${at}  ${sideColumns(plain)}  ${sideColumns(guarded)}  ${policy.breaker}`;
}

function sideColumns({ rates, queued }: SideFrame): string {
  return [
    percent(rates.success).padStart(7),
    twoDigits(rates.attemptsPerCall).padStart(8),
    whole(rates.requestsPerSecond).padStart(5),
    whole(queued).padStart(5),
  ].join(' ');
}

export function happeningLine({ atMs, says }: Happening): string {
  return `${seconds(atMs).padStart(8)}  * ${says}`;
}
