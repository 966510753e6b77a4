import type { Section, Term } from '../../report/section.js';
import { counted, enumerated, sentence } from '../../report/wording.js';
import { figures, figureText } from './goals.js';
import type { Check, Effect, ReasonedChange } from './recommendation.js';
import type { RecommendationReport } from './report.js';

/** The report of a recommendation. */
export function recommendationSections(report: RecommendationReport): Section[] {
  const { changes, policy } = report;
  const several = report.scenarios.length > 1;
  const besides = defaultsText(report);
  return [
    {
      title: 'Verdict',
      blocks: [
        { kind: 'text', text: verdictOf(report) },
        { kind: 'text', text: searchOf(report) },
      ],
    },
    ...(changes.length === 0
      ? []
      : [
          {
            title: report.start === 'defaults' ? 'Options' : `Options, over those of ${report.start}`,
            blocks: [{ kind: 'text' as const, text: JSON.stringify(policy, null, 1).replaceAll(/\s+/g, ' ') }],
          },
          {
            title: 'Reasons',
            blocks: [{ kind: 'terms' as const, terms: changes.map((change) => reason(change, several)) }],
          },
        ]),
    {
      title: `Goals, with the seeds kept apart`,
      blocks: [
        { kind: 'table', table: checksTable(report) },
        ...(besides === undefined ? [] : [{ kind: 'text' as const, text: besides }]),
      ],
    },
  ];
}

function verdictOf(report: RecommendationReport): string {
  const { changes, checks, dropped, reason, verdict } = report;
  const isDefaults = report.start === 'defaults';
  const name = isDefaults ? 'the defaults' : report.start;
  if (verdict === 'change') {
    const met = countOf(checks, 'metAfter');
    const one = changes.length === 1;
    const end =
      reason === 'meets-all'
        ? `${one ? 'meets' : 'meet'} every goal`
        : `${one ? 'comes' : 'come'} closer to the goals and ${one ? 'meets' : 'meet'} ${met}`;
    const before = `${name} ${isDefaults ? 'meet' : 'meets'} ${countOf(checks, 'metBefore')}`;
    return sentence(`${counted(changes.length, 'change')} of ${name} ${end}; ${before}`);
  }
  if (verdict === 'defaults') {
    const meets = `they ${reason === 'meets-all' ? 'meet every goal' : `meet ${countOf(checks, 'metAfter')} of the goals`}`;
    return sentence(`the defaults are best: ${meets}; ${name} meets ${countOf(checks, 'metBefore')}`);
  }
  const best = `Keep ${name}: ${isDefaults ? 'they are' : 'it is'} best.`;
  switch (reason) {
    case 'not-confirmed': {
      const options = enumerated(dropped.map(({ option, value }) => `${option} ${JSON.stringify(value)}`));
      return `${best} Better in the search, but not with other seeds: ${options}.`;
    }
    case 'meets-all':
    case 'closer':
      return `${best} Every goal is met.`;
    case 'nothing-better':
      return `${best} No change that was tried comes closer to the goals, of which ${countOf(checks, 'metBefore')} are met.`;
  }
}

function countOf(checks: readonly Check[], which: 'metBefore' | 'metAfter'): string {
  return `${checks.filter((check) => check[which]).length} of ${checks.length}`;
}

function searchOf({ heldOut, scenarios, seeds, tried }: RecommendationReport): string {
  const search = tried === 0 ? 'Nothing else was tried' : `${counted(tried, 'policy', 'policies')} tried`;
  return `${search} in ${enumerated(scenarios)} with ${seedsText(seeds)}; judged with ${seedsText(heldOut)}.`;
}

function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${enumerated(seeds)}`;
}

function reason({ closer, from, met, option, tradeOffs, value }: ReasonedChange, several: boolean): Term {
  const effects = (list: readonly Effect[]) => list.map((effect) => effectText(effect, several)).join(', ');
  return {
    term: option,
    sentences: [
      `${JSON.stringify(value)} instead of ${from === undefined ? 'none' : JSON.stringify(from)}.`,
      ...(met.length > 0 ? [`Meets ${effects(met)}.`] : []),
      ...(closer.length > 0 ? [`Comes closer to ${effects(closer)}.`] : []),
      tradeOffs.length > 0 ? `Costs: ${effects(tradeOffs)}.` : 'No figure is notably worse.',
    ],
  };
}

function effectText({ after, before, figure, scenario, what }: Effect, several: boolean): string {
  return `${what}${several ? ` in ${scenario}` : ''} (${figureText(figure, before)} -> ${figureText(figure, after)})`;
}

function checksTable({ checks, start, verdict }: RecommendationReport) {
  const isKept = verdict === 'keep';
  const after = verdict === 'defaults' ? 'defaults' : 'changed';
  return {
    head: ['scenario', 'goal', start, ...(isKept ? [] : [after, 'difference']), 'met'],
    rows: checks.map((check) => [
      check.scenario,
      check.what,
      figureText(check.figure, check.before),
      ...(isKept ? [] : [figureText(check.figure, check.after), differenceText(check)]),
      check.metAfter ? 'yes' : 'no',
    ]),
  };
}

/** Describes the defaults; nothing if they are in the table. */
function defaultsText({ checks, verdict }: RecommendationReport): string | undefined {
  const texts = checks.flatMap(({ defaults, figure, scenario, what }) =>
    defaults === undefined ? [] : [`${figureText(figure, defaults)} for ${what} in ${scenario}`],
  );
  return verdict === 'defaults' || texts.length === 0 ? undefined : sentence(`the defaults reach ${enumerated(texts)}`);
}

/** Returns a difference with its uncertainty: `+1.2 ± 0.3 %`. */
function differenceText({ after, before, figure, uncertainty }: Check): string {
  const difference = after - before;
  if (!Number.isFinite(difference)) return '-';
  const isShare = figures[figure].unit === 'share';
  // More than two decimals would be noise.
  const rounded = (value: number) => Number(value.toFixed(isShare ? 4 : 2));
  const text = (value: number) => figureText(figure, rounded(value)).replace(' %', '');
  const sign = rounded(difference) === 0 ? '' : difference > 0 ? '+' : '-';
  return `${sign}${text(Math.abs(difference))} ± ${text(uncertainty)}${isShare ? ' points' : ''}`;
}
