import type { Policy } from '@breakwater/core';
import { type PolicyChoice, type Scenario, type SimulationClock, simulate } from '@breakwater/simulator';
import { type Look, niceCeiling, type TimeLine, timePlot } from '../harness/time-plot.js';

/** A run on a server that becomes slower, with the limit or without. */
export interface LimitRun {
  readonly look: Look;
  readonly name: string;
  readonly moments: readonly LimitMoment[];
}

/** A moment of a run. */
export interface LimitMoment {
  readonly atMs: number;
  /** Share of the calls that began in this stretch and were answered in the end, in 0..1. */
  readonly answered: number;
  readonly inFlight: number;
  /** Undefined while the limit sleeps. */
  readonly cap: number | undefined;
}

const EVERY_MS = 200;

/** A busy server that is three times slower for a while, and callers that wait a quarter of a second. */
const scenario: Scenario = {
  servers: { server: { slots: 10, serviceMs: { kind: 'exponential', meanMs: 10 } } },
  clients: { client: { traffic: { kind: 'poisson', perSecond: 500 }, timeoutMs: 250 } },
  phases: [
    { name: 'well', ms: 3_000 },
    { name: 'three times slower', ms: 6_000, servers: { server: { slowFactor: 3 } } },
    { name: 'well again', ms: 5_000 },
  ],
};

/** Plays the scenario with the adaptive limit and without one, on a virtual clock. */
export async function playLimit(): Promise<LimitRun[]> {
  return [
    { look: 'guarded', name: 'with the adaptive limit', moments: await momentsOf({ limit: { kind: 'adaptive' } }) },
    { look: 'plain', name: 'without it', moments: await momentsOf({}) },
  ];
}

/** Draws the runs as SVG: answered calls, attempts in flight, and the cap while there is one. */
export function limitPlot(runs: readonly LimitRun[]): string {
  const most = niceCeiling(Math.max(...runs.flatMap(({ moments }) => moments.map(({ inFlight }) => inFlight))));
  const lines = (value: (moment: LimitMoment) => number): TimeLine[] =>
    [...runs].reverse().map(({ look, moments }) => ({
      look,
      points: moments.map((moment) => [moment.atMs, value(moment)] as const),
    }));
  const capped = runs.flatMap(({ moments }) =>
    moments.flatMap(({ atMs, cap }) => (cap === undefined ? [] : [[atMs, Math.min(1, cap / most)] as const])),
  );
  return timePlot({
    title: 'The adaptive limit on a server that becomes three times slower',
    description:
      'Answered calls and attempts in flight on a server that is three times slower for six seconds, with the ' +
      'adaptive limit and without it, and the cap while there is one.',
    phases: phases(),
    panels: [
      { title: 'answered calls', low: '0 %', high: '100 %', lines: lines(({ answered }) => answered) },
      {
        title: 'attempts in flight',
        low: '0',
        high: String(most),
        lines: [...lines(({ inFlight }) => inFlight / most), { look: 'other', points: capped }],
      },
    ],
    legend: [
      ...runs.map(({ look, name }) => ({ look, text: name, width: look === 'guarded' ? 200 : 130 })),
      { look: 'other', text: 'the cap, while it is awake', width: 200 },
    ],
  });
}

async function momentsOf(policy: PolicyChoice): Promise<LimitMoment[]> {
  const seen: Pick<LimitMoment, 'inFlight' | 'cap'>[] = [];
  let made: Policy | undefined;
  const look = (): void => {
    const [key] = Object.values(made?.snapshot().keys ?? {});
    seen.push({ inFlight: key?.limit?.inFlight ?? key?.inFlight ?? 0, cap: key?.limit?.cap });
  };
  const { bins, binMs } = await simulate(scenario, {
    policy,
    onPolicy: (one) => {
      made = one;
    },
    onClock: (clock: SimulationClock) => {
      for (const atMs of momentsAtMs()) clock.schedule(look, atMs);
    },
  });
  return momentsAtMs().map((atMs, index) => {
    const part = bins.slice(Math.floor((atMs - EVERY_MS / 2) / binMs), Math.floor((atMs + EVERY_MS / 2) / binMs));
    const sum = (name: 'calls' | 'answered'): number => part.reduce((total, bin) => total + bin[name], 0);
    return {
      atMs,
      answered: sum('answered') / Math.max(1, sum('calls')),
      inFlight: seen[index]?.inFlight ?? 0,
      cap: seen[index]?.cap,
    };
  });
}

function momentsAtMs(): number[] {
  const endMs = phases().at(-1)?.endMs ?? 0;
  return Array.from({ length: Math.floor(endMs / EVERY_MS) }, (_, index) => (index + 0.5) * EVERY_MS);
}

function phases() {
  let endMs = 0;
  return scenario.phases.map(({ name, ms }) => {
    const startMs = endMs;
    endMs += ms;
    return { name, startMs, endMs };
  });
}
