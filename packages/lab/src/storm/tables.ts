import Table from 'cli-table3';
import { doubtsAbout, STARVED_MEANS } from './doubts.js';
import { decimal, millis, NOTHING, percent, recovery, whole } from './format.js';
import { HARM_DEFINITION } from './harm.js';
import type { JudgedRun, Result, Scene } from './result.js';
import type { Spread } from './statistics.js';

/** Room is scarce: no frame but a line under the head, and no colours, so that it can be piped and pasted. */
const PLAIN = {
  chars: {
    ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
    ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
    ...{ left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '', middle: '  ' },
  },
  style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
};

/** One scene as a table: a row for each client. */
export function sceneTable({ shape, rate, results }: Scene): string {
  const phases = results[0]?.figures.phases ?? [];
  const bad = phases.filter((phase) => phase.bad);
  const head = [
    'client',
    ...phases.map(({ name }) => `ok in\n${name}`),
    'ok\noverall',
    ...bad.map(({ name }) => `goodput\n${name}`),
    ...bad.map(({ name }) => `att./call\n${name}`),
    'att./call\noverall',
    ...bad.map(({ name }) => `p50/p95\n${name}`),
    'p50/p95\noverall',
    'back\nafter',
    'dead\natt./s',
    'refused',
    'harmed',
  ];
  const table = new Table({ ...PLAIN, head, colAligns: ['left', ...head.slice(1).map(() => 'right' as const)] });
  table.push(...results.map(rowOf));
  return [`${shape.name} at ${rate} calls a second: ${shape.about}`, table.toString(), ...notesOf(results)].join('\n');
}

/** Meaning of the columns, once under all tables. */
export const LEGEND = `A call counts in the phase in which it was due, and is ok when its caller got a 2xx, after whatever retries.
ok        share of the calls due in that phase that ended well
goodput   good answers that came in that phase, of the physical limit: the lesser of the servers' capacity and the offered load
att./call requests that the servers saw in that phase, per call due in it
p50/p95   in ms, of calls that ended well, from when they were due
back      after the cause was gone: the first moment from which on all windows of 500 ms (or 100 calls) have 99 % success
dead      attempts a second that the client made on a server that had been dead for 2 s
refused   calls that ended with an error of the library itself: open circuit, limit, cool-down
harmed    ${HARM_DEFINITION}`;

export function targetsTable(judged: readonly JudgedRun[]): string {
  const table = new Table({
    ...PLAIN,
    head: ['shape', 'rate', 'client', 'target', 'measured', ''],
    colAligns: ['left', 'right', 'left', 'left', 'right', 'left'],
  });
  for (const { shape, rate, client, verdicts, doubtful } of judged) {
    for (const { target, measured, met } of verdicts) {
      table.push([shape, rate, client, target, measured, `${met ? 'met' : 'NOT MET'}${doubtful ? ' (starved)' : ''}`]);
    }
  }
  const verdicts = judged.flatMap((run) => run.verdicts);
  const met = verdicts.filter((verdict) => verdict.met).length;
  const lines = [`Targets of the default policy: ${met} of ${verdicts.length} met`, table.toString()];
  if (judged.some(({ doubtful }) => doubtful)) lines.push(`starved: ${STARVED_MEANS}`);
  return lines.join('\n');
}

function rowOf({ client, figures }: Result): string[] {
  const { phases, latency } = figures;
  const bad = phases.filter((phase) => phase.bad);
  return [
    client.name,
    ...phases.map(({ success }) => percent(success)),
    percent(figures.success),
    ...bad.map(({ goodput }) => percent(goodput)),
    ...bad.map(({ attemptsPerCall }) => decimal(attemptsPerCall)),
    decimal(figures.attemptsPerCall),
    ...bad.map((phase) => spread(phase.latency)),
    spread(latency),
    recovery(figures.recovery),
    decimal(figures.attemptsPerSecondDead),
    figures.refused === 0 ? '0' : whole(figures.refused),
    figures.refused === 0 ? NOTHING : whole(figures.harmed),
  ];
}

const spread = ({ p50, p95 }: Spread): string => (p50 === undefined ? NOTHING : `${millis(p50)}/${millis(p95)}`);

/** Notes for reading the figures of a scene: the best that any client could do, and figures not to trust. */
export function notesOf(results: readonly Result[]): readonly string[] {
  return [...limitsOf(results), ...results.flatMap(doubtsOf)];
}

/** Computed from the servers and the load alone. */
function limitsOf(results: readonly Result[]): string[] {
  const bad = results[0]?.figures.phases.filter((phase) => phase.bad) ?? [];
  return bad.map(({ name, limitPerSecond, calls, ms }) => {
    const share = percent((limitPerSecond * ms) / 1_000 / calls);
    return `Physical limit in "${name}": ${limitPerSecond.toFixed(0)} good answers a second, ${share} of the calls.`;
  });
}

const doubtsOf = ({ client, figures }: Result): string[] =>
  doubtsAbout(figures).map((doubt) => `Mind ${client.name}: ${doubt}. Its figures are also about this machine.`);
