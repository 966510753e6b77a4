import type { Scenario } from '@breakwater/simulator';
import type { Section, Term } from '../report/section.js';
import { counted, durationText, numberText, percentText } from '../report/wording.js';
import type { Outcome } from './outcome.js';
import { sparkline } from './sparkline.js';

/** A contender with its outcome, as the mean of all seeds. */
export interface Standing {
  readonly name: string;
  readonly mean: Outcome;
}

/** The report of a simulation. */
export function simulationSections(
  { about, phases }: Scenario,
  standings: readonly Standing[],
  seeds: readonly number[],
): Section[] {
  const calls = standings[0]?.mean.calls ?? 0;
  const totalMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  const text = [
    about ?? '',
    `${counted(Math.round(calls), 'call')} in ${durationText(totalMs)}; ${seeds.length === 1 ? 'seed' : 'means of seeds'} ${seeds.join(', ')}.`,
  ];
  return [
    { title: 'Scenario', blocks: [{ kind: 'text', text: text.join(' ').trim() }] },
    { title: 'What happens to calls', blocks: [{ kind: 'table', table: callsTable(standings) }] },
    { title: 'What happens to servers', blocks: [{ kind: 'table', table: serversTable(standings) }] },
    ...(phases.length > 1 ? [{ title: 'Answered, by phase', blocks: [phaseBlock(standings)] }] : []),
    ...((standings[0]?.mean.clients.length ?? 0) > 1
      ? [{ title: 'Answered, by client', blocks: [{ kind: 'table' as const, table: clientsTable(standings) }] }]
      : []),
    { title: 'Answered over time', blocks: [{ kind: 'terms', terms: answeredLines(standings) }] },
    { title: 'Requests to servers over time', blocks: [{ kind: 'terms', terms: loadLines(standings) }] },
  ];
}

function callsTable(standings: readonly Standing[]) {
  return {
    head: ['policy', 'answered', 'failed', 'refused', 'p50', 'p95', 'p99'],
    rows: standings.map(({ name, mean }) => [
      name,
      percentText(mean.success),
      percentText(mean.failed),
      percentText(mean.refused),
      ...[mean.p50Ms, mean.p95Ms, mean.p99Ms].map(durationText),
    ]),
  };
}

function serversTable(standings: readonly Standing[]) {
  return {
    head: ['policy', 'requests\nper call', 'peak\nper second', 'well again\nafter', 'log\nlines'],
    rows: standings.map(({ name, mean }) => [
      name,
      numberText(mean.attemptsPerCall),
      numberText(mean.peakPerSecond),
      recoveryText(mean.recoveryMs),
      numberText(mean.logLines),
    ]),
  };
}

function recoveryText(ms: Outcome['recoveryMs']): string {
  if (ms === undefined) return '-';
  return ms === null ? 'never' : ms === 0 ? 'at once' : durationText(ms);
}

function phaseBlock(standings: readonly Standing[]): Section['blocks'][number] {
  const names = standings[0]?.mean.phases.map(({ name }) => name) ?? [];
  return {
    kind: 'table',
    table: {
      head: ['policy', ...names],
      rows: standings.map(({ name, mean }) => [name, ...mean.phases.map(({ success }) => percentText(success))]),
    },
  };
}

/** Returns the clients as rows, since their names may be long. */
function clientsTable(standings: readonly Standing[]) {
  return {
    head: ['client', ...standings.map(({ name }) => name)],
    rows: (standings[0]?.mean.clients ?? []).map(({ name }, index) => [
      name,
      ...standings.map(({ mean }) => percentText(mean.clients[index]?.success ?? 0)),
    ]),
  };
}

function answeredLines(standings: readonly Standing[]): Term[] {
  return standings.map(({ name, mean: { series } }) => ({
    term: name,
    sentences: [
      sparkline(
        series.calls.map((calls, column) => (calls === 0 ? undefined : (series.answered[column] ?? 0) / calls)),
      ),
    ],
  }));
}

/** Returns the lines on one scale: the highest column of all. */
function loadLines(standings: readonly Standing[]): Term[] {
  const highest = Math.max(1, ...standings.flatMap(({ mean }) => mean.series.attempts));
  return standings.map(({ name, mean: { series } }) => ({
    term: name,
    sentences: [sparkline(series.attempts.map((attempts) => attempts / highest))],
  }));
}
