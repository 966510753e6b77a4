import { createLogUpdate } from 'log-update';
import type { Colors } from 'picocolors/types.js';
import { Curve } from './curve.js';
import type { Happening, View } from './frame.js';
import type { Phase } from './scenario.js';
import { curtain, happeningLines, screen } from './screen.js';

const COLUMNS = 80;
const ROWS = 24;

const tooSmall = `This takes ${COLUMNS} columns and ${ROWS} rows.`;

/** Tells if the terminal has room for the whole screen. */
export function fits({ columns, rows }: NodeJS.WriteStream): boolean {
  return columns >= COLUMNS && rows >= ROWS;
}

/** One screen that is redrawn in place, and taken away at the end. */
export function liveView(stream: NodeJS.WriteStream, phases: readonly Phase[], colors: Colors): View {
  const totalMs = phases.at(-1)?.endMs ?? 0;
  const draw = createLogUpdate(stream);
  draw(curtain);
  const plain = new Curve(totalMs);
  const guarded = new Curve(totalMs);
  let happenings: readonly Happening[] = [];
  return {
    show: (frame) => {
      plain.add(frame.atMs, frame.plain.rates.success);
      guarded.add(frame.atMs, frame.guarded.rates.success);
      const curve = { plain: plain.points, guarded: guarded.points };
      // It may have been made smaller since.
      draw(fits(stream) ? screen({ frame, phases, happenings, curve }, colors) : tooSmall);
    },
    tell: (happening) => {
      happenings = [...happenings, happening].slice(-happeningLines);
    },
    close: () => {
      draw.clear();
      draw.done();
    },
  };
}
