import { arrow, type BoxLook, box, drawing, label, line, WIDTH } from './drawing.js';

/** Messages between lanes, and spans of time within one, from top to bottom. */
export interface Sequence {
  readonly title: string;
  readonly description: string;
  readonly lanes: readonly string[];
  readonly steps: readonly SequenceStep[];
}

/** Lanes are counted from 0. A message that is `lost` ends before its lane. */
export type SequenceStep =
  | { readonly from: number; readonly to: number; readonly text: string; readonly isLost?: boolean }
  | { readonly lane: number; readonly look: BoxLook; readonly text: string; readonly note?: string }
  | { readonly across: string; readonly look: BoxLook };

const [HEAD, FIRST, MESSAGE, SPAN] = [28, 56, 36, 52] as const;
/** A box may be wider than the room between two lanes. */
const SPAN_WIDTH = 150;

/** Draws the steps as a sequence diagram. */
export function sequence({ title, description, lanes, steps }: Sequence): string {
  const laneWidth = WIDTH / lanes.length;
  const x = (lane: number): number => laneWidth * (lane + 0.5);
  const shapes: string[] = [];
  let y: number = FIRST;
  for (const step of steps) {
    if ('from' in step) {
      y += MESSAGE;
      shapes.push(...message(x(step.from), x(step.to), y - 8, step.text, step.isLost ?? false));
    } else if ('across' in step) {
      shapes.push(box(step.look, { x: 10, y: y + 8, width: WIDTH - 20, height: SPAN - 20 }, step.across));
      y += SPAN;
    } else {
      const left = Math.min(Math.max(4, x(step.lane) - SPAN_WIDTH / 2), WIDTH - SPAN_WIDTH - 4);
      shapes.push(box(step.look, { x: left, y: y + 6, width: SPAN_WIDTH, height: SPAN - 12 }, step.text, step.note));
      y += SPAN;
    }
  }
  const heads = lanes.flatMap((name, lane) => [
    line([x(lane), 10 + HEAD], [x(lane), y + 10]),
    box('step', { x: x(lane) - laneWidth / 2 + 6, y: 10, width: laneWidth - 12, height: HEAD }, name),
  ]);
  return drawing({ title, description, height: y + 16, shapes: [...heads, ...shapes] });
}

function message(from: number, to: number, y: number, text: string, isLost: boolean): string[] {
  const end = isLost ? from + (to - from) * 0.6 : to + (to > from ? -2 : 2);
  return [
    arrow(
      [
        [from, y],
        [end, y],
      ],
      isLost ? 'dashed' : 'line',
    ),
    ...(isLost ? [label(end + (to > from ? 10 : -10), y + 5, '✕', 'middle', 'bold')] : []),
    label((from + to) / 2, y - 7, text, 'middle', 'small'),
  ];
}
