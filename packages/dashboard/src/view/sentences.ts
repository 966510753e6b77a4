import type { KeySnapshot, PolicySettings } from '@breakwater/core';
import type { Rates } from '../measure/key-meter.js';
import { duration, openedBecause } from './words.js';

/** Data about a key for its row. */
export interface KeyFacts {
  readonly snapshot: KeySnapshot;
  readonly settings: PolicySettings;
  readonly rates: Rates;
  readonly atMs: number;
  readonly lastFailure: string | undefined;
  /** Name of the operator that opened the circuit, if given. */
  readonly openedBy: string | undefined;
}

export interface Judgement {
  readonly trouble: number;
  readonly says: string;
  readonly next: string;
}

const FINE: Judgement = { trouble: 0, says: '', next: '' };
/** Share of failures among admitted calls from which a closed circuit needs attention. */
const BAD_SHARE = 0.05;

/** Describes the trouble of a key, the next step, and how much attention it needs. The most serious finding decides. */
export function judge(facts: KeyFacts): Judgement {
  return (
    byBreaker(facts) ?? byCoolDown(facts) ?? byLimit(facts, true) ?? byFailures(facts) ?? byLimit(facts, false) ?? FINE
  );
}

function byBreaker({ snapshot, settings, openedBy, lastFailure, atMs }: KeyFacts): Judgement | undefined {
  const { breaker } = snapshot;
  if (breaker === undefined || settings.breaker === false) return undefined;
  const calls = refusedIn(settings);
  const because = breaker.opened && openedBecause(breaker.opened, lastFailure);
  switch (breaker.state) {
    case 'closed':
      return undefined;
    case 'forced-open':
      return {
        trouble: 100,
        says: `${calls} because the circuit was opened by hand${openedBy === undefined ? '' : ` (${openedBy})`}.`,
        next: 'It stays open until it is closed by hand.',
      };
    case 'open': {
      const outageMs = breaker.opened === undefined ? undefined : atMs - breaker.opened.atMs;
      const since =
        outageMs === undefined || outageMs < 10_000 ? '' : ` It has been failing for ${duration(outageMs)}.`;
      const { openRemainingMs } = breaker;
      return {
        trouble: 90,
        says: `${calls} because the circuit is open${because === undefined ? '' : `: ${because}`}.${since}${byProcesses(snapshot)}`,
        next:
          openRemainingMs > 0
            ? `The next probe may go through in ${duration(openRemainingMs)}.`
            : 'The open time is over: the next call is the probe.',
      };
    }
    case 'half-open': {
      const { probes, successesToClose } = settings.breaker;
      return {
        trouble: 80,
        says: `The circuit is half-open: ${counted(probes, 'probe')} at a time may go through, all other calls are refused.`,
        next: `It closes after ${counted(successesToClose, 'success', 'successes')}, and opens again at a failure.`,
      };
    }
  }
}

/** In a fleet: a process that is named each time has a network of its own that fails. */
function byProcesses({ fleet }: KeySnapshot): string {
  return fleet?.openedBy === undefined ? '' : ` It was opened by failures that ${fleet.openedBy.join(', ')} saw.`;
}

function byCoolDown({ snapshot, settings }: KeyFacts): Judgement | undefined {
  const { coolDown } = snapshot;
  if (coolDown === undefined || coolDown.remainingMs <= 0) return undefined;
  const waiting =
    coolDown.waiting > 0 ? ` ${counted(coolDown.waiting, 'call')} ${coolDown.waiting === 1 ? 'waits' : 'wait'}.` : '';
  const refused = settings.mode === 'observe' ? 'would be refused' : 'are refused';
  return {
    trouble: 70,
    says: `The server asked to be left alone. Calls that cannot wait for so long ${refused}.${waiting}`,
    next: `The cool-down ends in ${duration(coolDown.remainingMs)}.`,
  };
}

/** Describes a limit. `hit`: one that refuses or holds calls now; else one that is only awake. */
function byLimit({ snapshot, settings, rates }: KeyFacts, hit: boolean): Judgement | undefined {
  const { limit } = snapshot;
  if (limit?.cap === undefined || settings.limit === false) return undefined;
  const isAdaptive = settings.limit.kind === 'adaptive';
  const isHit = rates.refused + rates.wouldReject > 0 || limit.waiting > 0;
  if (isHit !== hit || (!isAdaptive && !isHit)) return undefined;
  const lets = settings.mode === 'observe' ? 'would let' : 'lets';
  const refuses = settings.mode === 'observe' ? 'refuse' : 'refuses';
  const waiting =
    limit.waiting > 0
      ? ` ${counted(limit.waiting, 'call')} ${limit.waiting === 1 ? 'waits' : 'wait'} for a place.`
      : '';
  return {
    trouble: isHit ? 60 : 40,
    says: `${isAdaptive ? 'The server is overloaded: the limit' : 'The limit'} ${lets} ${counted(Math.floor(limit.cap), 'attempt')} be in flight and ${refuses} what is beyond.${waiting}`,
    next: isAdaptive ? 'The limit grows while answers come, and sleeps when it is no longer reached.' : '',
  };
}

function byFailures({ snapshot, rates, lastFailure }: KeyFacts): Judgement | undefined {
  const { answered, failed } = rates;
  const ended = answered + failed;
  if (snapshot.budget !== undefined && snapshot.budget.available < 1 && failed > 0) {
    return {
      trouble: 50,
      says: 'The retry budget is empty: failures reach the callers without a retry.',
      next: 'It fills with each call.',
    };
  }
  if (ended === 0 || failed / ended < BAD_SHARE) return undefined;
  const share = Math.round((failed / ended) * 100);
  return {
    trouble: 10 + Math.round((failed / ended) * 20),
    says: `${share} % of the calls that were let through fail${lastFailure === undefined ? '' : `, lately with ${lastFailure}`}.`,
    next: '',
  };
}

function refusedIn({ mode }: PolicySettings): string {
  return mode === 'observe' ? 'Calls would be refused' : 'Calls are refused';
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
