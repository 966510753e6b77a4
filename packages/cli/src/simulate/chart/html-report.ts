import type { Section, TableBlock } from '../../report/section.js';
import type { Chart } from './chart.js';
import { renderChart } from './echarts.js';
import { escaped } from './escaped.js';
import { darkRules } from './palette.js';
import { plainSvg } from './svg.js';

/** A report for a browser. */
export interface HtmlReport {
  readonly heading: string;
  /** Sections of which the texts and tables are shown. */
  readonly sections: readonly Section[];
  readonly charts: readonly Chart[];
}

/** Returns one HTML page without scripts and external resources, for any browser, mail program and printer. */
export function htmlReport({ charts, heading, sections }: HtmlReport): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(heading)}</title>`,
    `<style>${STYLE}${darkRules('svg')}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escaped(heading)}</h1>`,
    ...sections.flatMap(sectionHtml),
    ...charts.flatMap(chartHtml),
    '</main>',
    '<footer><p>Made by <code>breakwater simulate</code>. It is a model: its figures are as good as its scenario.</p></footer>',
    '</body>',
    '</html>\n',
  ].join('\n');
}

/** Widths with a chart each, of which only one is shown, because a chart that is scaled down cannot be read. */
const WIDTHS = [
  ['wide', 860],
  ['narrow', 400],
] as const;

function chartHtml(chart: Chart, index: number): string[] {
  const images = WIDTHS.map(([name, width]) => {
    const { height, option } = chart.draw(width);
    const source = { ...chart, text: renderChart(option, width, height), id: `chart-${index + 1}-${name}` };
    return plainSvg(source, ` class="${name}"`);
  });
  return [
    '<section>',
    `<h2>${escaped(chart.title)}</h2>`,
    '<figure>',
    ...images,
    `<figcaption>${escaped(chart.description)}</figcaption>`,
    '</figure>',
    `<details><summary>Figures</summary>${tableHtml(chart.table, `${chart.title}, figures`)}</details>`,
    '</section>',
  ];
}

function sectionHtml({ blocks, title }: Section): string[] {
  const content = blocks.flatMap((block) => {
    if (block.kind === 'text') return [`<p>${escaped(block.text)}</p>`];
    return block.kind === 'table' ? [tableHtml(block.table, title)] : [];
  });
  return content.length === 0 ? [] : ['<section>', `<h2>${escaped(title)}</h2>`, ...content, '</section>'];
}

function tableHtml({ head, rows }: TableBlock, name: string): string {
  const cell = (text: string) => escaped(text.replaceAll('\n', ' '));
  const headCells = head.map((text) => `<th scope="col">${cell(text)}</th>`).join('');
  const lines = rows.map(
    ([first = '', ...rest]) =>
      `<tr><th scope="row">${cell(first)}</th>${rest.map((text) => `<td>${cell(text)}</td>`).join('')}</tr>`,
  );
  return [
    // A table wider than the screen can be scrolled, also by keyboard.
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(name)}"><table>`,
    `<thead><tr>${headCells}</tr></thead>`,
    `<tbody>\n${lines.join('\n')}\n</tbody>`,
    '</table></div>',
  ].join('\n');
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--line:#dce2e9;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf1;--soft:#9fabba;--line:#2f3a46;--paper:#12181f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:940px;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:26px;line-height:1.2;margin:0 0 16px}
h2{font-size:19px;line-height:1.3;margin:32px 0 8px}
p,figcaption,footer{color:var(--soft);margin:8px 0}
figure{margin:0}
figcaption,footer{font-size:14px}
svg{display:block;width:100%;height:auto;max-width:860px}
svg.narrow{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
th,td{padding:4px 14px 4px 0;border-bottom:1px solid var(--line);text-align:right;vertical-align:bottom;white-space:nowrap}
th:first-child{text-align:left}
thead th{color:var(--soft);font-weight:600}
tbody th{font-weight:600}
summary{cursor:pointer;font-size:14px;color:var(--soft)}
code{overflow-wrap:anywhere}
footer{margin-top:40px;border-top:1px solid var(--line)}
@media (max-width:600px){svg.wide{display:none}svg.narrow{display:block;max-width:480px}}
@media print{details{display:none}section{break-inside:avoid}}
`;
