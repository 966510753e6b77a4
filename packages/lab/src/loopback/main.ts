// `npm run no-harm:real`: a few partial failures with real clients over loopback, beside the simulation.
import { type SimulationResult, simulate } from '@breakwater/simulator';
import Table from 'cli-table3';
import { program, runProgram } from '../harness/program.js';
import { playReal } from './play-real.js';
import type { RealClient } from './real-clients.js';
import { type Row, rows } from './rows.js';

const CLIENTS: readonly RealClient[] = ['axios', 'got'];
const SEED = 1;
const DRAIN_MS = 3_000;
/** Most points that a single run may lose against no library. */
const HARM_POINTS = 3;

const about = 'Plays a few partial failures with real clients over loopback, beside their simulation.';

await runProgram((args) => program('no-harm:real', about).parse(args, { from: 'user' }), playAll);

async function playAll(): Promise<number> {
  const table = new Table({ head: ['% answered', 'client', 'no library', 'simulated', 'defaults', 'simulated'] });
  let harmed = false;
  for (const row of rows) {
    const simulated = await Promise.all([
      simulate(row.scenario, { policy: 'none', seed: SEED }),
      simulate(row.scenario, { seed: SEED }),
    ]);
    const [simulatedNone, simulatedOurs] = simulated.map((result) => points(row, result)) as [number, number];
    const real = await Promise.all(
      CLIENTS.map(async (client) => {
        const play = (policy: 'none' | object) =>
          playReal(row.scenario, { client, policy, seed: SEED, drainMs: DRAIN_MS });
        const [none, ours] = await Promise.all([play('none'), play({})]);
        return { client, none: points(row, none), ours: points(row, ours) };
      }),
    );
    for (const { client, none, ours } of real) {
      if (ours < none - HARM_POINTS) harmed = true;
      table.push([row.name, client, ...[none, simulatedNone, ours, simulatedOurs].map((share) => share.toFixed(1))]);
    }
  }
  console.log(table.toString());
  console.log(
    harmed ? `The defaults lose more than ${HARM_POINTS} points against no library.` : 'The defaults do no harm.',
  );
  return harmed ? 1 : 0;
}

function points({ counted: { client, phases } }: Row, result: SimulationResult): number {
  const figures = phases.map((phase) => result.figures({ client, phase }));
  const sum = (name: 'calls' | 'answered') => figures.reduce((total, one) => total + one[name], 0);
  return (100 * sum('answered')) / sum('calls');
}
