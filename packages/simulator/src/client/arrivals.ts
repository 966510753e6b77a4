import type { Dice } from '../chance/dice.js';
import { drawMs } from '../chance/duration.js';
import type { SimulationClock } from '../time/simulation-clock.js';
import type { Traffic } from './traffic.js';

/**
 * Makes calls as the traffic says, from now on, until the returned function is called. Only the next call is on the clock.
 *
 * @param call - makes one call; the promise resolves at its end, and never rejects
 */
export function startArrivals(
  traffic: Traffic,
  clock: SimulationClock,
  dice: Dice,
  call: () => Promise<void>,
): () => void {
  switch (traffic.kind) {
    case 'burst':
      return startTimes(clock, burstTimes(traffic), () => {
        for (let made = 0; made < traffic.size; made += 1) void call();
      });
    case 'serial':
      return startUsers(traffic, clock, dice, call);
    case 'even':
    case 'jittered':
    case 'poisson':
      return startTimes(clock, steadyTimes(traffic, dice), () => void call());
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

function startTimes(clock: SimulationClock, times: Generator<number, never>, arrive: () => void): () => void {
  const startedMs = clock.now();
  let timer: { cancel(): void };
  const next = (): void => {
    timer = clock.schedule(
      () => {
        next();
        arrive();
      },
      startedMs + times.next().value - clock.now(),
    );
  };
  next();
  return () => timer.cancel();
}

/** Users begin at random moments within a think time or a second, so that they do not march in step. */
function startUsers(
  { users, thinkMs }: Extract<Traffic, { kind: 'serial' }>,
  clock: SimulationClock,
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
