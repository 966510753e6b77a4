import { drawing, label, WIDTH } from './drawing.js';

/** Curves over one axis, with a legend below. */
export interface Curves {
  readonly title: string;
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly {
    readonly look: 'first' | 'second' | 'third';
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

export interface Axis {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const [LEFT, TOP, RIGHT, BOTTOM] = [52, 34, WIDTH - 24, 214] as const;
const LEGEND_ROW = 20;

/** Draws the curves. */
export function curves({ title, description, x, y, curves: all }: Curves): string {
  const px = (value: number): number => tenth(LEFT + ((RIGHT - LEFT) * (value - x.from)) / (x.to - x.from));
  const py = (value: number): number => tenth(BOTTOM - ((BOTTOM - TOP) * (value - y.from)) / (y.to - y.from));
  const shapes = [
    label(8, 18, y.name),
    ...y.ticks.flatMap(({ at, text }) => [
      `<path class="line" stroke-opacity=".3" d="M${LEFT} ${py(at)}H${RIGHT}"/>`,
      label(LEFT - 6, py(at) + 4, text, 'end', 'small'),
    ]),
    ...x.ticks.map(({ at, text }) => label(px(at), BOTTOM + 17, text, 'middle', 'small')),
    label((LEFT + RIGHT) / 2, BOTTOM + 36, x.name, 'middle'),
    ...all.map(({ look, points }) => {
      const path = points.map(([at, value], index) => `${index === 0 ? 'M' : 'L'}${px(at)} ${py(value)}`).join('');
      return `<path class="${look}" d="${path}"/>`;
    }),
    ...all.flatMap(({ look, name }, index) => {
      const row = BOTTOM + 60 + index * LEGEND_ROW;
      return [`<path class="${look}" d="M${LEFT} ${row}h32"/>`, label(LEFT + 42, row + 4, name)];
    }),
  ];
  return drawing({ title, description, height: BOTTOM + 60 + all.length * LEGEND_ROW, shapes });
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
