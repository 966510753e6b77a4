import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PolicyOptions } from '@breakwater/core';
import { decimal, percent, recovery, whole } from './format.js';
import type { JudgedRun, Result, Scene } from './result.js';
import { LEGEND, notesOf } from './tables.js';
import { timelineOf } from './timeline.js';

export interface HtmlReportInput {
  readonly scenes: readonly Scene[];
  readonly judged: readonly JudgedRun[];
  readonly shortened: boolean;
  readonly policy: PolicyOptions | undefined;
}

/**
 * One page that needs nothing else: the charts are drawn by uPlot (MIT, 50 kB), which is written into it together with
 * the data.
 */
export function htmlReport({ scenes, judged, shortened, policy }: HtmlReportInput): string {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/package.json'));
  const own = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  const notes = [
    `Node ${process.version}, ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    policy === undefined ? '' : `Not the default policy, but ${JSON.stringify(policy)}.`,
    shortened ? 'The phases were shortened: these figures mean nothing.' : '',
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Breakwater storm bench</title>
<!-- uPlot
${readFileSync(join(uplot, 'LICENSE'), 'utf8').replaceAll('--', '- -')}
-->
<style>${readFileSync(join(uplot, 'dist/uPlot.min.css'), 'utf8')}</style>
<style>${own('report.css')}</style>
</head>
<body>
<header>
<h1>Storm bench</h1>
<p>How HTTP clients fare when their server does not. ${escapeHtml(notes.join(' '))}</p>
<nav>${scenes.map((scene, index) => `<a href="#scene-${index}">${escapeHtml(titleOf(scene))}</a>`).join('')}</nav>
</header>
<main>
${judged.length > 0 ? targets(judged) : ''}
${scenes.map(section).join('\n')}
<details><summary>What the columns mean</summary><pre>${escapeHtml(LEGEND)}</pre></details>
</main>
<script type="application/json" id="data">${inScript(JSON.stringify(scenes.map(chartData)))}</script>
<script>${readFileSync(join(uplot, 'dist/uPlot.iife.min.js'), 'utf8')}</script>
<script>${own('report.js')}</script>
</body>
</html>
`;
}

const titleOf = ({ shape, rate }: Scene): string => `${shape.name}, ${rate}/s`;

function section(scene: Scene, index: number): string {
  const phases = scene.results[0]?.figures.phases ?? [];
  const head = [
    'client',
    ...phases.map(({ name }) => `ok in ${name}`),
    'attempts/call',
    'back after',
    'refused',
    'harmed',
  ];
  return `<section id="scene-${index}">
<h2>${escapeHtml(titleOf(scene))}</h2>
<p>${escapeHtml(scene.shape.about)}</p>
${table(head, scene.results.map(rowOf))}
<p>${notesOf(scene.results).map(escapeHtml).join('<br>')}</p>
<div class="clients"></div>
<div class="charts"></div>
</section>`;
}

function rowOf({ client, figures }: Result): readonly string[] {
  return [
    client.name,
    ...figures.phases.map(({ success }) => percent(success)),
    decimal(figures.attemptsPerCall),
    recovery(figures.recovery),
    whole(figures.refused),
    whole(figures.harmed),
  ];
}

function targets(judged: readonly JudgedRun[]): string {
  const rows = judged.flatMap(({ shape, rate, client, verdicts, doubtful }) =>
    verdicts.map(({ target, measured, met }) => [
      ...[shape, `${rate}`, client, target],
      doubtful ? `${measured} (starved)` : measured,
      met ? 'met' : 'not met',
    ]),
  );
  const met = rows.filter((row) => row.at(-1) === 'met').length;
  return `<section class="targets">
<h2>Targets of the default policy: ${met} of ${rows.length} met</h2>
${table(['shape', 'rate', 'client', 'target', 'measured', ''], rows)}
</section>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="table"><table><thead>${line('th', head)}</thead><tbody>
${rows.map((row) => line('td', row)).join('\n')}
</tbody></table></div>`;
}

/** Data of the page: only what it draws. */
function chartData({ shape, results }: Scene): unknown {
  return {
    phases: timelineOf(shape).map(({ phase, fromMs, toMs }) => ({
      name: phase.name,
      bad: phase.bad === true,
      fromMs,
      toMs,
    })),
    capacity: results[0]?.series.capacity,
    runs: results.map(({ client, series: { begun, ok, refused, arrivals, inFlight } }) => ({
      client: client.name,
      ours: client.ours === true,
      ...{ begun, ok, refused, arrivals, inFlight },
    })),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char);

const inScript = (json: string): string => json.replaceAll('<', '\\u003c');
