import type { TableBlock } from '../../report/section.js';

/** A chart, before it is drawn. */
export interface Chart {
  readonly title: string;
  /** Description in words. */
  readonly description: string;
  /** The same figures as a table. */
  readonly table: TableBlock;
  /** The option of ECharts, and the height that it takes, for a width in CSS pixels. */
  draw(width: number): { readonly option: object; readonly height: number };
}

/** Returns the height of a legend with these names, which may need several lines. */
export function legendHeight(names: readonly string[], width: number): number {
  let lines = 1;
  let taken = 0;
  for (const name of names) {
    const own = LEGEND_ICON + name.length * LETTER;
    if (taken > 0 && taken + own > width - MARGIN) {
      lines += 1;
      taken = 0;
    }
    taken += own;
  }
  return lines * LEGEND_LINE;
}

const LEGEND_ICON = 48;
const LETTER = 7.5;
const LEGEND_LINE = 24;
const MARGIN = 16;
