import { markdownTable } from '../docs-tables/markdown.js';
import { change, changeText, type ExperienceReport } from './experience-report.js';
import { type Finding, isReached, type Study } from './study.js';

/** A study that has been played. */
export interface Played {
  readonly study: Study;
  readonly findings: readonly Finding[];
}

const INTRODUCTION = `# Published results

What others have published about retries, breakers and overload, played by [the simulator](../../simulator/README.md), with each source's assumptions, its figures,
ours and the difference. \`npm run lab:published\` plays it all; with \`-- --write\` it writes this page.

A row that is not reached says so.`;

/** The page of the documentation. */
export function publishedPage(played: readonly Played[], report: ExperienceReport): string {
  const parts = played.map(({ findings, study }) =>
    [
      `## ${study.title}`,
      `Source: ${study.source}.`,
      study.assumptions,
      markdownTable(['', 'published', 'ours', 'difference', ''], findings.map(findingCells)),
    ].join('\n\n'),
  );
  return `${[INTRODUCTION, ...parts, experiencePart(report)].join('\n\n')}\n`;
}

function findingCells(finding: Finding): string[] {
  const { note, ours, published, row } = finding;
  const difference = published === undefined ? '-' : figure(ours - published);
  const state = isReached(finding) ? (note ?? '-') : `**not reached** (within ${figure(finding.within ?? 0)})`;
  return [row, published === undefined ? '-' : figure(published), figure(ours), difference, state];
}

function experiencePart({ assumptions, rows }: ExperienceReport): string {
  return [
    '## An experience report',
    'Source: a published report about an integration with three third-party APIs: immediate retries before, backoff with jitter and a breaker after.',
    assumptions,
    markdownTable(
      ['', 'published: before, after', 'ours: before', '`externalApi`', 'the defaults', ''],
      rows.map(({ before, defaults, externalApi, figure: name, note, published, text }) => [
        name,
        Number.isNaN(published.before)
          ? '-'
          : `${text(published.before)}, ${text(published.after)} (${changeText(change(published.before, published.after))})`,
        text(before),
        withChange(text(externalApi), before, externalApi),
        withChange(text(defaults), before, defaults),
        note ?? '-',
      ]),
    ),
  ].join('\n\n');
}

function withChange(text: string, from: number, to: number): string {
  return from === 0 ? text : `${text} (${changeText(change(from, to))})`;
}

/** Three places below 10, whole numbers from 100 on. */
function figure(value: number): string {
  const places = Math.abs(value) < 10 ? 3 : Math.abs(value) < 100 ? 1 : 0;
  return String(Number(value.toFixed(places)));
}
