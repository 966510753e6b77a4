import { presets } from '@breakwater/core';
import { before, EXPERIENCE_ASSUMPTIONS, type Experience, experienceWith } from './experience.js';

/** The published experience report, beside what the model reaches. */
export interface ExperienceReport {
  readonly assumptions: string;
  readonly rows: readonly ExperienceRow[];
}

export interface ExperienceRow {
  readonly figure: string;
  readonly published: { readonly before: number; readonly after: number };
  readonly before: number;
  readonly externalApi: number;
  readonly defaults: number;
  readonly text: (value: number) => string;
  /** Reason if the model does not reach the published change with the preset. */
  readonly note: string | undefined;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

const FIGURES: readonly {
  readonly figure: string;
  readonly of: keyof Experience;
  readonly published: ExperienceRow['published'];
  readonly text: (value: number) => string;
  /** Reason if the model does not reach the level before. */
  readonly reason?: string;
}[] = [
  { figure: 'API timeout failures', of: 'timeoutShare', published: { before: 0.012, after: 0.0014 }, text: percent },
  {
    figure: 'cascading failures a week',
    of: 'cascadesPerWeek',
    published: { before: 4, after: 0 },
    text: whole,
    reason: 'all hangs of the model are alike, so that each one is a cascade or none is',
  },
  { figure: 'average p95, ms', of: 'p95Ms', published: { before: 340, after: 210 }, text: whole },
  {
    figure: 'log lines of retries a day',
    of: 'logLinesPerDay',
    published: { before: 12_000, after: 1_500 },
    text: whole,
    reason: '12,000 lines for 36,000 failed calls cannot be one for each retry, which is what the model counts',
  },
];

/** Plays the integration before, with the preset `externalApi` and with the defaults. */
export async function experienceReport(): Promise<ExperienceReport> {
  const played = {
    before: await experienceWith(before),
    externalApi: await experienceWith(presets.externalApi),
    defaults: await experienceWith({}),
  };
  const rows = FIGURES.map(({ figure, of, published, reason, text }): ExperienceRow => {
    const figures = { before: played.before[of], externalApi: played.externalApi[of], defaults: played.defaults[of] };
    return { figure, published, text, ...figures, note: noteOn(published, figures, reason) };
  });
  const refused = { before: played.before, externalApi: played.externalApi, defaults: played.defaults };
  rows.push({
    figure: 'calls refused by the policy',
    published: { before: Number.NaN, after: Number.NaN },
    before: refused.before.refusedShare,
    externalApi: refused.externalApi.refusedShare,
    defaults: refused.defaults.refusedShare,
    text: percent,
    note: 'The report does not say what its open breaker refused.',
  });
  return { assumptions: EXPERIENCE_ASSUMPTIONS, rows };
}

/** Points of change that count as the same. */
const WITHIN = 0.1;

function noteOn(
  published: ExperienceRow['published'],
  { before: from, externalApi: to }: { readonly before: number; readonly externalApi: number },
  reason: string | undefined,
): string | undefined {
  const wanted = change(published.before, published.after);
  const own = change(from, to);
  const notes = [
    ...(Math.abs(from / published.before - 1) > 0.25
      ? [`the level before is not reached${reason === undefined ? '' : `: ${reason}`}`]
      : []),
    ...(Math.abs(own - wanted) > WITHIN ? [`the change is ${changeText(own)}, published ${changeText(wanted)}`] : []),
  ];
  return notes.length === 0 ? undefined : notes.join('; ');
}

/** Share by which a figure changes. */
export function change(from: number, to: number): number {
  return from === 0 ? 0 : to / from - 1;
}

export function changeText(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
}
