/** A line over time. */
export interface TimeLine {
  /** `guarded`, `plain` or `other`: the colour and dashes of the line. */
  readonly look: Look;
  /** Times in ms, and heights as a share of the panel, in 0..1. */
  readonly points: readonly (readonly [atMs: number, share: number])[];
}

/** Looks of a line that differ without colour too. */
export type Look = 'guarded' | 'plain' | 'other';

/** Two panels of lines above each other, over the phases of a run. */
export interface TimePlot {
  readonly title: string;
  readonly description: string;
  readonly phases: readonly { readonly name: string; readonly startMs: number; readonly endMs: number }[];
  readonly panels: readonly [TimePanel, TimePanel];
  /** Names of the lines, with the room that each takes. */
  readonly legend: readonly { readonly look: Look; readonly text: string; readonly width: number }[];
}

/** One panel. `low` and `high` label its ends. */
export interface TimePanel {
  readonly title: string;
  readonly low: string;
  readonly high: string;
  readonly lines: readonly TimeLine[];
}

const WIDTH = 720;
const HEIGHT = 352;
const LEFT = 44;
const RIGHT = 708;
const TOPS = [46, 196] as const;
const PANEL_HEIGHT = 104;
const LEGEND_Y = 336;

/** Draws the plot as SVG. Readable on light and dark pages. */
export function timePlot({ title, description, phases, panels, legend }: TimePlot): string {
  const endMs = phases.at(-1)?.endMs ?? 1;
  const x = (atMs: number): number => LEFT + ((RIGHT - LEFT) * atMs) / endMs;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}"` +
      ' font-family="system-ui, sans-serif" font-size="12" role="img" aria-labelledby="t d">',
    `<title id="t">${title}</title>`,
    `<desc id="d">${description}</desc>`,
    STYLE,
    ...phases.map(({ name, startMs, endMs: phaseEndMs }, index) => band(name, index, x(startMs), x(phaseEndMs))),
    ...panels.flatMap((panel, index) => axis(panel, TOPS[index] ?? 0)),
    ...panels.flatMap(({ lines }, index) => lines.map((line) => path(line, TOPS[index] ?? 0, x))),
    ...samples(legend),
    `<text class="text" x="${RIGHT}" y="${LEGEND_Y + 4}" text-anchor="end">${Math.round(endMs / 1_000)} s</text>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Returns the next number of the form 1, 2 or 5 times a power of ten. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? value;
}

const STYLE = `<style>
.band0{fill:#5b7fa6;fill-opacity:.13}.band1{fill:#5b7fa6;fill-opacity:.06}
.text,.phase{fill:#44566c}.axis{stroke:#6b7f95;stroke-width:1}
.plain,.guarded,.other{fill:none;stroke-width:2.2;stroke-linejoin:round}
.plain{stroke:#c2571a;stroke-dasharray:5 3}.guarded{stroke:#1f6fb2}.other{stroke:#7a4fa3;stroke-dasharray:1.5 3}
@media (prefers-color-scheme:dark){.text,.phase{fill:#c3cedb}
.plain{stroke:#f09a5f}.guarded{stroke:#6db6f2}.other{stroke:#c39be6}}
</style>`;

function band(name: string, index: number, from: number, to: number): string {
  const top = TOPS[0] - 18;
  const height = TOPS[1] + PANEL_HEIGHT - top;
  return (
    `<rect class="band${index % 2}" x="${round(from)}" y="${top}" width="${round(to - from)}" height="${height}"/>` +
    `<text class="phase" x="${round((from + to) / 2)}" y="${top + 12}" text-anchor="middle">${name}</text>`
  );
}

function axis({ title, low, high }: TimePanel, top: number): string[] {
  const bottom = top + PANEL_HEIGHT;
  return [
    `<path class="axis" d="M${LEFT} ${bottom}H${RIGHT}"/>`,
    `<text class="text" x="${LEFT - 6}" y="${bottom}" text-anchor="end">${low}</text>`,
    `<text class="text" x="${LEFT - 6}" y="${top + 9}" text-anchor="end">${high}</text>`,
    `<text class="text" x="${LEFT}" y="${bottom + 16}">${title}</text>`,
  ];
}

function path({ look, points }: TimeLine, top: number, x: (atMs: number) => number): string {
  const steps = points.map(
    ([atMs, share], index) => `${index === 0 ? 'M' : 'L'}${round(x(atMs))} ${round(top + PANEL_HEIGHT * (1 - share))}`,
  );
  return `<path class="${look}" d="${steps.join('')}"/>`;
}

function samples(legend: TimePlot['legend']): string[] {
  return legend.map(({ look, text }, index) => {
    const from = legend.slice(0, index).reduce((sum, { width }) => sum + width, LEFT);
    return (
      `<path class="${look}" d="M${from} ${LEGEND_Y}H${from + 28}"/>` +
      `<text class="text" x="${from + 36}" y="${LEGEND_Y + 4}">${text}</text>`
    );
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
