import type { BreakerSettings, PolicySettings } from '@breakwater/core';
import { counted, durationText } from '../report/wording.js';
import { rulesOf, tripTime } from './trip-time.js';
import type { Examined, Warning } from './warning.js';

export function breakerWarnings({ settings, callsPerSecond }: Examined): Warning[] {
  const { breaker } = settings;
  if (breaker === false) return withoutBreaker(settings);
  if (rulesOf(breaker).length === 0) return [withoutRules()];
  return [
    ...oneFailure(breaker),
    ...(callsPerSecond === undefined ? [] : unmetAt(breaker, callsPerSecond)),
    ...longOpen(breaker, settings),
    ...manyProbes(breaker),
  ];
}

/** More retries than by default. */
const MANY_RETRIES = 4;

function withoutBreaker({ retry }: PolicySettings): Warning[] {
  if (retry === false || retry.maxRetries < MANY_RETRIES) return [];
  return [
    {
      id: 'no-breaker',
      option: 'breaker',
      problem: `Each call makes up to ${retry.maxRetries + 1} attempts at a server that is down, and nothing ever stops it.`,
      advice: 'Leave the breaker on, or retry three times at the most.',
    },
  ];
}

function withoutRules(): Warning {
  return {
    id: 'breaker-without-rules',
    option: 'breaker',
    problem: 'It has no rule left that could open the circuit.',
    advice: 'Set consecutiveFailures, failureRate or slowCallMs; or say breaker: false if that is meant.',
  };
}

function oneFailure({ consecutiveFailures, consecutiveForMs, failureRate, minimumCalls }: BreakerSettings): Warning[] {
  const byRun = consecutiveFailures === 1 && consecutiveForMs === 0;
  const byRate = failureRate !== false && minimumCalls === 1;
  if (!byRun && !byRate) return [];
  return [
    {
      id: 'one-failure-opens',
      option: byRun ? 'breaker.consecutiveFailures' : 'breaker.minimumCalls',
      problem: 'A single failure opens the circuit: one lost packet, and all calls are refused.',
      advice: byRun ? 'Use 3 or more.' : 'Use 10 or more, so that a rate is taken of something.',
    },
  ];
}

/** Warns of rules that can never be met at this rate, whatever fails. */
function unmetAt(breaker: BreakerSettings, callsPerSecond: number): Warning[] {
  const unmet = rulesOf(breaker).filter((rule) => tripTime(breaker, rule, callsPerSecond).afterMs === null);
  const rate = `At ${counted(callsPerSecond, 'call')} a second`;
  const distanceMs = 1_000 / callsPerSecond;
  return [
    ...(unmet.some((rule) => rule !== 'consecutive-failures') ? [minimumNotMet(breaker, rate, distanceMs)] : []),
    ...(unmet.includes('consecutive-failures') ? [runForgotten(breaker, rate, distanceMs)] : []),
  ];
}

function minimumNotMet({ minimumCalls, window }: BreakerSettings, rate: string, distanceMs: number): Warning {
  const windowMs = window.kind === 'time' ? window.ms : Number.POSITIVE_INFINITY;
  const inWindow = Math.floor(windowMs / distanceMs);
  const lower = inWindow < 2 ? 'Make' : `Lower breaker.minimumCalls below ${inWindow}, or make`;
  return {
    id: 'minimum-calls-not-met',
    option: 'breaker.minimumCalls',
    problem: `${rate}, ${inWindow} fall into the window of ${durationText(windowMs)}, and no rate is taken of fewer than ${minimumCalls}.`,
    advice: `${lower} the window longer than ${durationText(minimumCalls * distanceMs)}, or count by calls: window: { kind: 'count', size: ${minimumCalls} }.`,
  };
}

function runForgotten({ window }: BreakerSettings, rate: string, distanceMs: number): Warning {
  const pause = `${rate}, ${durationText(distanceMs)} lie between two calls, and a run of failures is forgotten after`;
  return window.kind === 'time'
    ? {
        id: 'window-too-short',
        option: 'breaker.window.ms',
        problem: `${pause} ${durationText(window.ms)}.`,
        advice: `Make the window longer than ${durationText(distanceMs)}, best several times as long.`,
      }
    : {
        id: 'window-too-short',
        option: 'breaker.window.kind',
        problem: `${pause} 30 s where the window counts by calls.`,
        advice: `Use a window by time that is longer than ${durationText(distanceMs)}, best several times as long.`,
      };
}

function longOpen({ openMs }: BreakerSettings, { retry }: PolicySettings): Warning[] {
  if (retry === false || retry.maxRetries === 0 || openMs <= retry.maxElapsedMs) return [];
  return [
    {
      id: 'open-outlasts-calls',
      option: 'breaker.openMs',
      problem: `The circuit stays open for ${durationText(openMs)} or more, and no call goes on for longer than ${durationText(retry.maxElapsedMs)} (retry.maxElapsedMs): none that meets an open circuit lives to see it close.`,
      advice: 'Lower breaker.openMs. It is right as it is for a server that takes that long to come up.',
    },
  ];
}

const MANY_PROBES = 10;

function manyProbes({ probes }: BreakerSettings): Warning[] {
  if (probes <= MANY_PROBES) return [];
  return [
    {
      id: 'many-probes',
      option: 'breaker.probes',
      problem: `${probes} attempts at a time are let through to a server of which nobody knows whether it is back.`,
      advice: 'Use 1 to 3.',
    },
  ];
}
