import type { Chart } from './chart.js';
import { renderChart } from './echarts.js';
import { escaped } from './escaped.js';
import { darkRules, palette } from './palette.js';
import { plainSvg } from './svg.js';

/** One SVG image with all charts, one below the other. */
export function svgFile(heading: string, charts: readonly Chart[]): string {
  let top = TOP;
  const parts = charts.map((chart, index) => {
    const { height, option } = chart.draw(WIDTH);
    const y = top + TITLE;
    top = y + height + GAP;
    const id = `chart-${index + 1}`;
    const element = plainSvg(
      { ...chart, text: renderChart(option, WIDTH, height), id },
      ` x="0" y="${y}" width="${WIDTH}" height="${height}"`,
    );
    return `${textAt(y - 14, 15, chart.title)}\n${element}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="group" aria-labelledby="heading">`,
    `<title id="heading">${escaped(heading)}</title>`,
    `<style>${darkRules('svg')}</style>`,
    // The page around it may be dark or light independently of the reader's system.
    `<rect width="${WIDTH}" height="${top}" fill="${palette.paper}"></rect>`,
    textAt(30, 19, heading),
    ...parts,
    '</svg>\n',
  ].join('\n');
}

const WIDTH = 860;
const TOP = 40;
const TITLE = 36;
const GAP = 12;

function textAt(y: number, size: number, text: string): string {
  return `<text x="16" y="${y}" font-family="system-ui, sans-serif" font-size="${size}" font-weight="600" fill="${palette.ink}">${escaped(text)}</text>`;
}
