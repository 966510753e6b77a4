// `npm run lab:real`: built-in scenarios with real clients over loopback, beside their simulation.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PolicyOptions } from '@breakwater/core';
import { builtInScenarios, type Scenario, type SimulationResult, simulate } from '@breakwater/simulator';
import Table from 'cli-table3';
import { program, runProgram } from '../harness/program.js';
import { reasonFor } from './difference.js';
import { playReal } from './play-real.js';
import type { RealClient } from './real-clients.js';

const SCENARIOS = ['metastable', 'brownout', 'partial-hang', 'noisy-tenant'];
const CLIENTS: readonly RealClient[] = ['axios', 'got'];
const POLICIES: readonly (readonly [string, 'none' | PolicyOptions])[] = [
  ['no library', 'none'],
  ['defaults', {}],
];
const SEEDS = [1, 2, 3, 4, 5];
const DRAIN_MS = 10_000;

const about =
  'Plays built-in scenarios with real axios and got over loopback, beside their simulation, in real time: a quarter of an hour.';

await runProgram(
  (args) =>
    program('lab:real', about)
      .option('--scenario <names>', 'comma-separated', (text) => text.split(','), SCENARIOS)
      .parse(args, { from: 'user' })
      .opts<{ readonly scenario: readonly string[] }>(),
  async ({ scenario: names }) => {
    const table = new Table({ head: ['scenario', 'client', 'policy', '% simulated', '% measured', 'points', 'why'] });
    for (const name of names) table.push(...(await rowsOf(name)));
    console.log(table.toString());
    return 0;
  },
);

async function rowsOf(name: string): Promise<string[][]> {
  const scenario = builtInScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new RangeError(`--scenario must name built-in scenarios, got ${name}`);
  const plays = CLIENTS.flatMap((client) => POLICIES.map(([label, policy]) => ({ client, label, policy })));
  const rows: string[][] = [];
  // One after the other: clients and servers that share a busy event loop see timeouts that are not the scenario's.
  for (const one of plays) rows.push(await rowOf(name, scenario, one));
  return rows;
}

interface OnePlay {
  readonly client: RealClient;
  readonly label: string;
  readonly policy: 'none' | PolicyOptions;
}

async function rowOf(name: string, scenario: Scenario, { client, label, policy }: OnePlay): Promise<string[]> {
  console.error(`${name}: ${client}, ${label}`);
  const simulated: number[] = [];
  for (const seed of SEEDS) simulated.push(points(await simulate(scenario, { policy, seed })));
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const measured = points(await playReal(scenario, { client, policy, seed: 1, drainMs: DRAIN_MS }));
  delay.disable();
  const [first = 0] = simulated;
  const why = reasonFor({ simulated, measured, lateMs: delay.percentile(99) / 1e6 - 10 });
  return [name, client, label, first.toFixed(1), measured.toFixed(1), (measured - first).toFixed(1), why];
}

function points(result: SimulationResult): number {
  return 100 * result.figures().success;
}
