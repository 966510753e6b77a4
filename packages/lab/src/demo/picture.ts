import { type Look, niceCeiling, type TimeLine, timePlot } from '../harness/time-plot.js';
import type { Frame, View } from './frame.js';
import type { Phase } from './scenario.js';

/** A moment of a run, as the picture shows it. */
export interface Moment {
  readonly atMs: number;
  /** Share of the ended calls that was answered, in 0..1; undefined if none ended. */
  readonly success: readonly [plain: number | undefined, guarded: number | undefined];
  readonly requestsPerSecond: readonly [plain: number, guarded: number];
}

const EVERY_MS = 500;

/** Passes a run on to a view and keeps a moment for each half second of it. */
export function recordingView(view: View, moments: Moment[]): View {
  let dueMs = EVERY_MS;
  return {
    show(frame) {
      view.show(frame);
      if (frame.atMs < dueMs) return;
      dueMs = (Math.floor(frame.atMs / EVERY_MS) + 1) * EVERY_MS;
      moments.push(momentOf(frame));
    },
    tell: (happening) => view.tell(happening),
    close: () => view.close(),
  };
}

function momentOf({ atMs, plain, guarded }: Frame): Moment {
  return {
    atMs,
    success: [plain.rates.success, guarded.rates.success],
    requestsPerSecond: [plain.rates.requestsPerSecond, guarded.rates.requestsPerSecond],
  };
}

/** Draws a run as SVG: answered calls and requests over time, with a policy and without. */
export function picture(phases: readonly Phase[], moments: readonly Moment[]): string {
  const most = niceCeiling(Math.max(1, ...moments.flatMap(({ requestsPerSecond }) => requestsPerSecond)));
  const line = (look: Look, value: (moment: Moment) => number | undefined): TimeLine => ({
    look,
    points: moments.flatMap((moment) => {
      const share = value(moment);
      return share === undefined ? [] : [[moment.atMs, share] as const];
    }),
  });
  const names = phases.map(({ name }) => name).join(', ');
  return timePlot({
    title: 'A run of the demo',
    description: `Answered calls and requests a second through ${names}, with Breakwater and without.`,
    phases,
    panels: [
      {
        title: 'answered calls',
        low: '0 %',
        high: '100 %',
        lines: [line('plain', ({ success: [plain] }) => plain), line('guarded', ({ success: [, guarded] }) => guarded)],
      },
      {
        title: 'requests a second at the server',
        low: '0',
        high: String(most),
        lines: [
          line('plain', ({ requestsPerSecond: [plain] }) => plain / most),
          line('guarded', ({ requestsPerSecond: [, guarded] }) => guarded / most),
        ],
      },
    ],
    legend: [
      { look: 'guarded', text: 'with Breakwater', width: 150 },
      { look: 'plain', text: "with axios-retry, and with got's own retry", width: 300 },
    ],
  });
}
