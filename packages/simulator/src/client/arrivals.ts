import type { Clock } from '@breakwater/core';
import type { Dice } from '../chance/dice.js';
import { drawMs } from '../chance/duration.js';
import type { Traffic } from './traffic.js';

/**
 * Makes calls by the traffic, until the returned function is called. Only the next call is on the clock. A late clock,
 * as on a busy host, loses no call: those that were due before the end are made then.
 *
 * @param startedMs - when the traffic began by plan
 * @param call - makes one call; the promise resolves at its end, and never rejects
 */
export function startArrivals(
  traffic: Traffic,
  clock: Clock,
  startedMs: number,
  dice: Dice,
  call: () => Promise<void>,
): (untilMs: number) => void {
  switch (traffic.kind) {
    case 'burst':
      return startTimes(clock, startedMs, burstTimes(traffic), () => {
        for (let made = 0; made < traffic.size; made += 1) void call();
      });
    case 'serial':
      return startUsers(traffic, clock, dice, call);
    case 'even':
    case 'jittered':
    case 'poisson':
      return startTimes(clock, startedMs, steadyTimes(traffic, dice), () => void call());
  }
}

function* burstTimes({ everyMs, firstMs = 0 }: Extract<Traffic, { kind: 'burst' }>): Generator<number, never> {
  for (let burst = 0; ; burst += 1) yield firstMs + burst * everyMs;
}

type Steady = Extract<Traffic, { perSecond: number }>;

function* steadyTimes({ kind, perSecond }: Steady, dice: Dice): Generator<number, never> {
  const stepMs = 1_000 / perSecond;
  const gap = { kind: 'exponential', meanMs: stepMs } as const;
  let lastMs = 0;
  for (let index = 0; ; index += 1) {
    if (kind === 'poisson') {
      lastMs += drawMs(gap, dice);
      yield lastMs;
    } else yield (index + (kind === 'even' ? 0.5 : dice.next())) * stepMs;
  }
}

function startTimes(
  clock: Clock,
  startedMs: number,
  times: Generator<number, never>,
  arrive: () => void,
): (untilMs: number) => void {
  let dueMs: number;
  let timer: { cancel(): void };
  const next = (): void => {
    dueMs = startedMs + times.next().value;
    timer = clock.schedule(() => {
      next();
      arrive();
    }, dueMs - clock.now());
  };
  next();
  return (untilMs) => {
    timer.cancel();
    for (; dueMs < untilMs; dueMs = startedMs + times.next().value) arrive();
  };
}

/** Starts users at random moments within a think time or a second, so that they do not call all at once. */
function startUsers(
  { users, thinkMs }: Extract<Traffic, { kind: 'serial' }>,
  clock: Clock,
  dice: Dice,
  call: () => Promise<void>,
): () => void {
  const start = { kind: 'uniform', fromMs: 0, toMs: Math.max(thinkMs, 1_000) } as const;
  let isOver = false;
  const turn = (): void => {
    if (isOver) return;
    void call().then(() => clock.schedule(turn, thinkMs));
  };
  for (let user = 0; user < users; user += 1) clock.schedule(turn, drawMs(start, dice));
  return () => {
    isOver = true;
  };
}
