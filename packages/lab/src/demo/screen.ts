import type { Colors } from 'picocolors/types.js';
import { percent, seconds, twoDigits, whole } from './figures.js';
import type { Frame, Happening, PolicyFrame, SideFrame } from './frame.js';
import { callsPerSecond, clientTimeoutMs, type Phase } from './scenario.js';
import { sparkline } from './sparkline.js';

/** Returns the screen for a moment of a run. */
export interface Scene {
  readonly frame: Frame;
  readonly phases: readonly Phase[];
  /** The latest, oldest first. */
  readonly happenings: readonly Happening[];
  readonly curve: Readonly<Record<'plain' | 'guarded', readonly (number | undefined)[]>>;
}

/** Lines kept for happenings, so that the screen does not jump. */
export const happeningLines = 3;

const WIDTH = 78;
const LABEL = 19;
const COLUMN = 30;
const METER = 14;

type Paint = (text: string) => string;

/** A text and its colour, apart: it is measured without. */
type Cell = readonly [text: string, paint?: Paint];

/** A screen of 22 lines, none longer than 79 characters. */
export function screen({ frame, phases, happenings, curve }: Scene, colors: Colors): string {
  const { phase, plain, guarded, policy, atMs } = frame;
  const { bold, dim, cyan } = colors;
  const totalMs = phases.at(-1)?.endMs ?? 0;
  const clock = `${seconds(atMs)} of ${seconds(totalMs)}`;
  const row = (label: string, left: Cell, right: Cell) => columns([label, dim], left, right);
  const none: Cell = ['-', dim];
  return [
    bold('Breakwater demo'.padEnd(WIDTH - clock.length) + clock),
    dim(`${callsPerSecond} calls/s on each side, half axios, half got; timeout ${clientTimeoutMs} ms`),
    phases.map((each) => phaseLabel(each, each === phase, totalMs, colors)).join(''),
    cyan(progress(atMs, totalMs)),
    `${bold(phase.name)}: ${phase.says}`,
    '',
    row('', ['without Breakwater', bold], ['with Breakwater', bold]),
    row('', ['axios-retry and got, defaults', dim], ['one policy, defaults', dim]),
    row('success, last 1 s', success(plain, colors), success(guarded, colors)),
    row('since the start', [sparkline(curve.plain)], [sparkline(curve.guarded)]),
    row('attempts per call', attempts(plain, colors), attempts(guarded, colors)),
    row('server sees', [requests(plain)], [requests(guarded)]),
    row('server has', [work(plain)], [work(guarded)]),
    row('breaker', none, breaker(policy, colors)),
    row('cool-down', none, [coolDown(policy)]),
    row('limit', none, [policy.cap === undefined ? 'asleep' : `${policy.cap} in flight at most`]),
    row('refused', none, [`${whole(guarded.rates.refusedPerSecond)} calls/s`]),
    row('retry budget', none, [`${whole(policy.budget)} retries`]),
    '',
    ...Array.from({ length: happeningLines }, (_, index) => happeningLine(happenings[index], dim)),
  ].join('\n');
}

function columns(...[label, left, right]: readonly [Cell, Cell, Cell]): string {
  return [painted(label, LABEL), painted(left, COLUMN), painted(right, 0)].join('');
}

/** Padded first, so that colours do not count as width. */
function painted([text, paint]: Cell, width: number): string {
  const padded = text.padEnd(width);
  return paint === undefined ? padded : paint(padded);
}

function phaseLabel({ name, startMs, endMs }: Phase, current: boolean, totalMs: number, { bold, dim }: Colors): string {
  const width = position(endMs, totalMs) - position(startMs, totalMs);
  const label = name.slice(0, width - 1).padEnd(width);
  return current ? bold(label) : dim(label);
}

function progress(atMs: number, totalMs: number): string {
  const done = position(atMs, totalMs);
  return '━'.repeat(done) + '─'.repeat(WIDTH - done);
}

function position(atMs: number, totalMs: number): number {
  return Math.round(Math.min(1, atMs / totalMs) * WIDTH);
}

function success({ rates }: SideFrame, { green, yellow, red }: Colors): Cell {
  const share = rates.success;
  if (share === undefined) return [percent(share).padStart(5)];
  const full = Math.round(share * METER);
  const meter = '█'.repeat(full) + '░'.repeat(METER - full);
  return [`${percent(share).padStart(5)} ${meter}`, share >= 0.9 ? green : share >= 0.4 ? yellow : red];
}

function attempts({ rates }: SideFrame, { red }: Colors): Cell {
  const text = twoDigits(rates.attemptsPerCall).padStart(5);
  return (rates.attemptsPerCall ?? 0) > 1.5 ? [text, red] : [text];
}

function requests({ rates }: SideFrame): string {
  return `${whole(rates.requestsPerSecond).padStart(5)} requests/s`;
}

function work({ inService, queued }: SideFrame): string {
  return `${whole(inService).padStart(5)} at work, ${whole(queued)} queued`;
}

function breaker({ breaker, openRemainingMs }: PolicyFrame, { green, yellow, red }: Colors): Cell {
  switch (breaker) {
    case 'closed':
      return [breaker, green];
    case 'half-open':
      return [breaker, yellow];
    case 'open':
      return [`open, a probe in ${seconds(openRemainingMs)}`, red];
    case 'forced-open':
      return [breaker, red];
  }
}

function coolDown({ coolDownMs, waiting }: PolicyFrame): string {
  if (coolDownMs > 0) return `${seconds(coolDownMs)} left, ${waiting} calls wait`;
  return waiting > 0 ? `over, ${waiting} calls about to go` : 'none';
}

function happeningLine(happening: Happening | undefined, dim: Paint): string {
  if (happening === undefined) return '';
  return `${dim(seconds(happening.atMs).padStart(7))}  ${happening.says.slice(0, WIDTH - 9)}`;
}

/** The screen before the first moment. */
export const curtain = 'Breakwater demo: starting two servers';
