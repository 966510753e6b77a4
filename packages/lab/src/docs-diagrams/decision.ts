import { arrow, type BoxLook, box, drawing, label } from './drawing.js';

/** Questions from top to bottom. The answer that ends the way leads to a box on the right, the other goes on. */
export interface Decision {
  readonly title: string;
  readonly description: string;
  readonly start: string;
  readonly questions: readonly Question[];
  readonly end: string;
}

export interface Question {
  readonly text: string;
  readonly note?: string;
  /** The answer that ends the way. */
  readonly answer: 'yes' | 'no';
  readonly outcome: string;
  readonly outcomeNote?: string;
  readonly look?: BoxLook;
}

const [LEFT, RIGHT] = [10, 262] as const;
const [LEFT_WIDTH, RIGHT_WIDTH] = [206, 148] as const;
const [BOX, STEP] = [40, 62] as const;

/** Draws the questions as a chart. */
export function decision({ title, description, start, questions, end }: Decision): string {
  const middle = LEFT + LEFT_WIDTH / 2;
  const top = (index: number): number => 10 + index * STEP;
  const shapes = [
    box('step', { x: LEFT, y: top(0), width: LEFT_WIDTH, height: BOX }, start),
    ...questions.flatMap(({ text, note, answer, outcome, outcomeNote, look = 'bad' }, index) => {
      const y = top(index + 1);
      return [
        arrow([
          [middle, y - STEP + BOX],
          [middle, y - 2],
        ]),
        box('wait', { x: LEFT, y, width: LEFT_WIDTH, height: BOX }, text, note),
        arrow([
          [LEFT + LEFT_WIDTH, y + BOX / 2],
          [RIGHT - 2, y + BOX / 2],
        ]),
        label((LEFT + LEFT_WIDTH + RIGHT) / 2 - 3, y + BOX / 2 - 6, answer, 'middle', 'small'),
        box(look, { x: RIGHT, y, width: RIGHT_WIDTH, height: BOX }, outcome, outcomeNote),
        label(middle + 8, y + BOX + 15, answer === 'no' ? 'yes' : 'no', 'start', 'small'),
      ];
    }),
    arrow([
      [middle, top(questions.length) + BOX],
      [middle, top(questions.length + 1) - 2],
    ]),
    box('good', { x: LEFT, y: top(questions.length + 1), width: LEFT_WIDTH, height: BOX }, end),
  ];
  return drawing({ title, description, height: top(questions.length + 1) + BOX + 10, shapes });
}
