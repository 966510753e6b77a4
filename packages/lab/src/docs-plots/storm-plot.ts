import {
  builtInScenarios,
  type PolicyChoice,
  phaseStartMs,
  rivals,
  type Scenario,
  simulate,
} from '@breakwater/simulator';
import { type Look, niceCeiling, type TimeLine, timePlot } from '../harness/time-plot.js';

/** A client of the plot, as it fared: moments of a run, and its figures. */
export interface Contender {
  readonly look: Look;
  readonly name: string;
  readonly moments: readonly Moment[];
}

/** A stretch of a run. */
interface Moment {
  readonly atMs: number;
  /** Share of the calls that began in it and were answered in the end, in 0..1. */
  readonly answered: number;
  readonly requestsPerSecond: number;
}

const EVERY_MS = 500;

const scenario = builtInScenarios.find(({ name }) => name === 'slow-recovery') as Scenario;

const CLIENTS: readonly (readonly [Look, string, PolicyChoice])[] = [
  ['guarded', 'with Breakwater', {}],
  ['plain', "with got's own retry", rivals.got.policy],
  ['other', 'with axios-retry', rivals['axios-retry'].policy],
];

/** Plays a server that comes back slowly to each client, on a virtual clock. */
export async function playStorm(): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const [look, name, policy] of CLIENTS) contenders.push({ look, name, moments: await momentsOf(policy) });
  return contenders;
}

/** Draws the storm as SVG. */
export function stormPlot(contenders: readonly Contender[]): string {
  const most = niceCeiling(
    Math.max(...contenders.flatMap(({ moments }) => moments.map(({ requestsPerSecond }) => requestsPerSecond))),
  );
  const lines = (value: (moment: Moment) => number): TimeLine[] =>
    // Ours comes last, so that no other line covers it.
    [...contenders].reverse().map(({ look, moments }) => ({
      look,
      points: moments.map((moment) => [moment.atMs, value(moment)] as const),
    }));
  return timePlot({
    title: 'A server comes back slowly',
    description:
      'Answered calls and requests a second while a server is down for 5 seconds and grows back over 10, ' +
      `${contenders.map(({ name }) => name).join(', ')}.`,
    phases: phases(),
    panels: [
      { title: 'answered calls', low: '0 %', high: '100 %', lines: lines(({ answered }) => answered) },
      {
        title: 'requests a second at the server',
        low: '0',
        high: most.toLocaleString('en'),
        lines: lines(({ requestsPerSecond }) => requestsPerSecond / most),
      },
    ],
    legend: contenders.map(({ look, name }) => ({ look, text: name, width: look === 'guarded' ? 160 : 190 })),
  });
}

async function momentsOf(policy: PolicyChoice): Promise<Moment[]> {
  const { bins, binMs } = await simulate(scenario, { policy });
  const perMoment = EVERY_MS / binMs;
  const count = Math.floor(endMs() / EVERY_MS);
  return Array.from({ length: count }, (_, index) => {
    const part = bins.slice(index * perMoment, (index + 1) * perMoment);
    const sum = (name: 'calls' | 'answered' | 'attempts'): number => part.reduce((total, bin) => total + bin[name], 0);
    return {
      atMs: (index + 0.5) * EVERY_MS,
      answered: sum('answered') / Math.max(1, sum('calls')),
      requestsPerSecond: (sum('attempts') * 1_000) / EVERY_MS,
    };
  });
}

function phases() {
  const names: Readonly<Record<string, string>> = {
    before: '',
    trouble: 'down',
    growing: 'coming back',
    after: 'well',
  };
  return scenario.phases.map(({ name, ms }) => {
    const startMs = phaseStartMs(scenario, name) ?? 0;
    return { name: names[name] ?? name, startMs, endMs: startMs + ms };
  });
}

function endMs(): number {
  return phases().at(-1)?.endMs ?? 0;
}
