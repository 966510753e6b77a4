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

const WIDTH = 720;
const LEFT = 44;
const RIGHT = 708;
const PANELS = [
  { top: 46, height: 104, title: 'answered calls' },
  { top: 196, height: 104, title: 'requests a second at the server' },
] as const;
const HEIGHT = 352;

/**
 * Draws a run as SVG: answered calls and requests over time, with a policy and without. Readable on light and dark
 * pages.
 */
export function picture(phases: readonly Phase[], moments: readonly Moment[]): string {
  const endMs = phases.at(-1)?.endMs ?? 1;
  const x = (atMs: number): number => LEFT + ((RIGHT - LEFT) * atMs) / endMs;
  const most = niceCeiling(Math.max(1, ...moments.flatMap(({ requestsPerSecond }) => requestsPerSecond)));
  const [success, requests] = PANELS;
  const line = (
    panel: (typeof PANELS)[number],
    side: 'plain' | 'guarded',
    value: (moment: Moment) => number | undefined,
  ) =>
    `<path class="${side}" d="${pathOf(
      moments.flatMap((moment) => {
        const share = value(moment);
        return share === undefined ? [] : [[x(moment.atMs), panel.top + panel.height * (1 - share)] as const];
      }),
    )}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-labelledby="t d">`,
    '<title id="t">A run of the demo</title>',
    `<desc id="d">${descriptionOf(phases)}</desc>`,
    STYLE,
    ...phases.map(({ name, startMs, endMs: phaseEndMs }, index) => {
      const [from, to] = [x(startMs), x(phaseEndMs)];
      const top = PANELS[0].top - 18;
      const band = `<rect class="band${index % 2}" x="${round(from)}" y="${top}" width="${round(to - from)}" height="${requests.top + requests.height - top}"/>`;
      return `${band}<text class="phase" x="${round((from + to) / 2)}" y="${top + 12}" text-anchor="middle">${name}</text>`;
    }),
    ...axis(success, ['0 %', '100 %']),
    ...axis(requests, ['0', String(most)]),
    line(success, 'plain', ({ success: [plain] }) => plain),
    line(success, 'guarded', ({ success: [, guarded] }) => guarded),
    line(requests, 'plain', ({ requestsPerSecond: [plain] }) => plain / most),
    line(requests, 'guarded', ({ requestsPerSecond: [, guarded] }) => guarded / most),
    `<path class="guarded" d="M${LEFT} 336H${LEFT + 28}"/><text class="text" x="${LEFT + 36}" y="340">with Breakwater</text>`,
    `<path class="plain" d="M${LEFT + 150} 336H${LEFT + 178}"/><text class="text" x="${LEFT + 186}" y="340">with axios-retry, and with got's own retry</text>`,
    `<text class="text" x="${RIGHT}" y="340" text-anchor="end">${Math.round(endMs / 1_000)} s</text>`,
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
.band0{fill:#5b7fa6;fill-opacity:.13}.band1{fill:#5b7fa6;fill-opacity:.06}.text,.phase{fill:#44566c}.axis{stroke:#6b7f95;stroke-width:1}
.plain,.guarded{fill:none;stroke-width:2.2;stroke-linejoin:round}.plain{stroke:#c2571a;stroke-dasharray:5 3}.guarded{stroke:#1f6fb2}
@media (prefers-color-scheme:dark){.text,.phase{fill:#c3cedb}.plain{stroke:#f09a5f}.guarded{stroke:#6db6f2}}
</style>`;

function axis({ top, height, title }: (typeof PANELS)[number], [low, high]: readonly [string, string]): string[] {
  const bottom = top + height;
  return [
    `<path class="axis" d="M${LEFT} ${bottom}H${RIGHT}"/>`,
    `<text class="text" x="${LEFT - 6}" y="${bottom}" text-anchor="end">${low}</text>`,
    `<text class="text" x="${LEFT - 6}" y="${top + 9}" text-anchor="end">${high}</text>`,
    `<text class="text" x="${LEFT}" y="${bottom + 16}">${title}</text>`,
  ];
}

function pathOf(points: readonly (readonly [x: number, y: number])[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

function descriptionOf(phases: readonly Phase[]): string {
  const names = phases.map(({ name }) => name).join(', ');
  return `Answered calls and requests a second through ${names}, with Breakwater and without.`;
}

/** Returns the next number of the form 1, 2 or 5 times a power of ten. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? value;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
