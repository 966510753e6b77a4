import type { BreakerSettings, PolicySettings } from '@breakwater/core';
import type { TripRule } from '@breakwater/core/store';
import type { Block, Section, Term } from '../report/section.js';
import { counted, durationText, enumerated, numberText, percentText } from '../report/wording.js';
import type { BreakerExplanation, Explanation } from './explanation.js';
import type { OpenTime } from './open-times.js';

/** Describes when the circuit opens, for how long, and how it closes again; nothing if there is no breaker. */
export function breakerSection({ breaker: explained }: Explanation, { breaker }: PolicySettings): Section[] {
  if (breaker === false || explained === null) return [];
  const terms: Term[] = [
    { term: 'Open', sentences: openSentences(explained, breaker) },
    { term: 'Half-open', sentences: halfOpenSentences(explained, breaker) },
  ];
  return [{ title: 'Circuit breaker', blocks: [...tripBlocks(explained, breaker), { kind: 'terms', terms }] }];
}

function tripBlocks({ rules, trips }: BreakerExplanation, breaker: BreakerSettings): Block[] {
  if (rules.length === 0) return [{ kind: 'text', text: 'No rule ever opens it.' }];
  const rates = [...new Set(trips.map(({ callsPerSecond }) => callsPerSecond))];
  const rows = rules.map((rule) => [
    ruleText(rule, breaker),
    ...trips
      .filter((trip) => trip.rule === rule)
      .map(({ afterMs }) => (afterMs === null ? 'never' : afterMs === 0 ? 'at once' : durationText(afterMs))),
  ]);
  const head = ['opens at', ...rates.map((rate) => `${counted(rate, 'call')}/s`)];
  return [
    { kind: 'table', table: { head, rows } },
    {
      kind: 'text',
      text: `The time from the first failure on, where a server that was well fails at every attempt, by each rule alone. ${
        breaker.consecutiveForMs === 'auto'
          ? 'A call that retries counts for the part of its attempts that have failed.'
          : 'Retries are attempts too and make it sooner.'
      }`,
    },
  ];
}

function ruleText(rule: TripRule, breaker: BreakerSettings): string {
  const { consecutiveFailures, consecutiveForMs, failureRate, minimumCalls, slowCallMs, slowCallRate, window } =
    breaker;
  const over = window.kind === 'time' ? `in ${durationText(window.ms)}` : `of the last ${window.size}`;
  switch (rule) {
    case 'consecutive-failures':
      return consecutiveForMs === 'auto'
        ? `${counted(Number(consecutiveFailures), 'failed call')} in a row`
        : `${counted(Number(consecutiveFailures), 'failure')} in a row`;
    case 'failure-rate':
      return `${percentText(Number(failureRate))} of at least ${minimumCalls} ${over} failing`;
    case 'slow-call-rate':
      return `${percentText(slowCallRate)} of at least ${minimumCalls} ${over} slower than ${durationText(slowCallMs ?? 0)}`;
  }
}

function openSentences({ openTimes }: BreakerExplanation, { openMs, openFactor }: BreakerSettings): string[] {
  const { first, longest, later } = openTimes;
  if (longest.failedProbes === 0) return [`For ${span(longest)} each time.`];
  const isWhole = first.length > longest.failedProbes;
  const isPlain = openFactor !== undefined && openFactor >= 1.1;
  const series = isPlain ? first.map(({ minMs }) => durationText(minMs)) : [durationText(openMs)];
  const end =
    isWhole && isPlain
      ? ''
      : `, up to ${durationText(longest.minMs)} after ${counted(longest.failedProbes, 'failed probe')}`;
  const outages = later.map(({ outageMs, minMs }) => `${durationText(minMs)} after ${durationText(outageMs)}`);
  return [
    `For ${series.join(', ')}${isPlain ? '' : growthText(openFactor)}${end}; each up to a tenth longer.`,
    `The longest is reached when the server has been down for ${durationText(longest.outageMs)}.`,
    ...(outages.length > 0 && !isPlain ? [`On the way there: ${enumerated(outages)}.`] : []),
    'Every call is refused meanwhile, without an attempt.',
  ];
}

function growthText(openFactor: number | undefined): string {
  if (openFactor === undefined) return ' at first, then for 5 % of how long the outage has lasted';
  return ` at first, ${numberText((openFactor - 1) * 100)} % more with each failed probe`;
}

function span({ minMs, maxMs }: OpenTime): string {
  return `${durationText(minMs)} to ${durationText(maxMs)}`;
}

function halfOpenSentences({ openTimes, probesPerSecond }: BreakerExplanation, breaker: BreakerSettings): string[] {
  const { consecutiveForMs, probes, successesToClose, probeLeaseMs } = breaker;
  const lastMs = durationText(probeLeaseMs);
  return [
    `${counted(probes, 'attempt')} at a time ${probes === 1 ? 'is' : 'are'} let through, the rest refused: a server that stays down sees ${numberText(probesPerSecond)} a second at the most.`,
    `${counted(successesToClose, 'success', 'successes')} ${successesToClose === 1 ? 'closes' : 'close'} the circuit, a failure opens it again${openTimes.longest.failedProbes === 0 ? '' : ' for longer'}.`,
    consecutiveForMs === 'auto'
      ? `A probe that has not ended lets another one go when one would follow if it had failed, after ${lastMs} at the latest.`
      : `A probe that has not ended after ${lastMs} lets another one go.`,
  ];
}
