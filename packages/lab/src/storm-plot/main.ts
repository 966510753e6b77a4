// `npm run docs:storm`: draws the storm of the README with the simulator.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program, runProgram } from '../harness/program.js';
import { playStorm, stormPlot } from './storm-plot.js';

const PLOT = fileURLToPath(new URL('../../../docs/diagrams/storm.svg', import.meta.url));
const about =
  'Simulates a server that comes back slowly, and draws how clients fare into packages/docs/diagrams/storm.svg.';

await runProgram(
  (args) => program('docs:storm', about).parse(args, { from: 'user' }),
  async () => {
    writeFileSync(PLOT, stormPlot(await playStorm()));
    return 0;
  },
);
