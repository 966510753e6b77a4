/** A picture of shapes. All lengths are in px. */
export interface Drawing {
  readonly title: string;
  readonly description: string;
  readonly height: number;
  readonly shapes: readonly string[];
}

/** Kinds of a box that differ in colour: a step, what goes well, what stops, what waits. */
export type BoxLook = 'step' | 'good' | 'bad' | 'wait';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Width of each picture: on a phone its text is still large enough to read. */
export const WIDTH = 420;

/** Draws the picture as SVG. Readable on light and dark pages. */
export function drawing({ title, description, height, shapes }: Drawing): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"` +
      ' font-family="system-ui, sans-serif" font-size="13" role="img" aria-labelledby="t d">',
    `<title id="t">${escaped(title)}</title>`,
    `<desc id="d">${escaped(description)}</desc>`,
    STYLE,
    HEADS,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}

/** A box with a bold line in its middle, and a smaller one under it. */
export function box(look: BoxLook, { x, y, width, height }: Box, text: string, note?: string): string {
  const middle = y + height / 2;
  return (
    `<rect class="${look}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>` +
    label(x + width / 2, note === undefined ? middle + 4.5 : middle - 3, text, 'middle', 'bold') +
    (note === undefined ? '' : label(x + width / 2, middle + 13, note, 'middle', 'small'))
  );
}

/** An arrow along straight lines from point to point. */
export function arrow(points: readonly (readonly [x: number, y: number])[], look: 'line' | 'dashed' = 'line'): string {
  const path = points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return `<path class="${look}" d="${path}" marker-end="url(#head)"/>`;
}

export function line(from: readonly [number, number], to: readonly [number, number]): string {
  return `<path class="dashed" d="M${from.join(' ')}L${to.join(' ')}"/>`;
}

/** One line of text. */
export function label(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  look: 'text' | 'bold' | 'small' = 'text',
): string {
  return `<text class="${look}" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const HEADS =
  '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7"' +
  ' orient="auto-start-reverse"><path class="head" d="M0 0 10 5 0 10z"/></marker></defs>';

const STYLE = `<style>
.step{fill:#eaf2fb;stroke:#5b7fa6}.good{fill:#eaf6ee;stroke:#4c9a6a}.bad{fill:#fbeaea;stroke:#c05b5b}.wait{fill:#fdf5e2;stroke:#c79a3a}
.text{fill:#34465a}.bold{fill:#1f2d3d;font-weight:600}.small{fill:#44566c;font-size:12px}
.line,.dashed{fill:none;stroke:#6b7f95;stroke-width:1.4}.dashed{stroke-dasharray:4 3}.head{fill:#6b7f95}
.first,.second,.third{fill:none;stroke-width:2.2;stroke-linejoin:round}
.first{stroke:#1f6fb2}.second{stroke:#c2571a;stroke-dasharray:5 3}.third{stroke:#7a4fa3;stroke-dasharray:1.5 3}
@media (prefers-color-scheme:dark){
.step{fill:#1d2b3a;stroke:#6d93bd}.good{fill:#1c3326;stroke:#5fb584}.bad{fill:#3b2224;stroke:#d97777}.wait{fill:#3a3120;stroke:#d3aa52}
.text{fill:#c3cedb}.bold{fill:#e6edf5}.small{fill:#b4c0ce}
.line,.dashed{stroke:#8ba0b7}.head{fill:#8ba0b7}
.first{stroke:#6db6f2}.second{stroke:#f09a5f}.third{stroke:#c39be6}}
</style>`;
