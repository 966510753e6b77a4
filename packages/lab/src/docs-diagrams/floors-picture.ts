import { arrow, box, drawing, label, WIDTH } from './drawing.js';

const [TOP, FLOOR, GAP] = [34, 32, 8] as const;
const [LEFT, RIGHT] = [30, WIDTH - 8] as const;
/** The width of a letter, and what stands beside the names in a box. */
const [LETTER, PADDING] = [7.6, 18] as const;
const ROOM_GAP = 6;

/** Draws the floors of a folder, from the top down: a room may import those below it. */
export function floorsPicture(folder: string, floors: readonly (readonly string[])[]): string {
  let y: number = TOP;
  const shapes = floors.flatMap((rooms) =>
    rowsOf(rooms).flatMap((row, index, rows) => {
      const width = (RIGHT - LEFT - ROOM_GAP * (row.length - 1)) / row.length;
      const boxes = row.map((room, at) =>
        box('step', { x: round(LEFT + at * (width + ROOM_GAP)), y, width: round(width), height: FLOOR - 4 }, room),
      );
      y += FLOOR + (index === rows.length - 1 ? GAP : 0);
      return boxes;
    }),
  );
  return drawing({
    title: `The floors of ${folder}`,
    description: `From the top down: ${floors.map((rooms) => rooms.join(', ')).join('; ')}.`,
    height: y + 4,
    shapes: [
      label(LEFT, 22, `${folder}: imports point downwards`, 'start', 'text'),
      arrow([
        [14, TOP],
        [14, y - GAP - 2],
      ]),
      ...shapes,
    ],
  });
}

/** A floor with many rooms takes more than one row. */
function rowsOf(rooms: readonly string[]): string[][] {
  const rows: string[][] = [];
  for (const room of rooms) {
    const row = rows.at(-1);
    const widest = Math.max(...[...(row ?? []), room].map((name) => name.length * LETTER + PADDING));
    const fits = row !== undefined && widest * (row.length + 1) + ROOM_GAP * row.length <= RIGHT - LEFT;
    if (fits) row.push(room);
    else rows.push([room]);
  }
  return rows;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
