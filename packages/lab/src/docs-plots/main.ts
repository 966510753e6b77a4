// `npm run docs:plots`: draws the plots of README and documentation with the simulator.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program, runProgram } from '../harness/program.js';
import { limitPlot, playLimit } from './limit-plot.js';
import { playStorm, stormPlot } from './storm-plot.js';

const about = 'Simulates the runs that the documentation shows, and draws them into packages/docs/diagrams.';

await runProgram(
  (args) => program('docs:plots', about).parse(args, { from: 'user' }),
  async () => {
    write('storm.svg', stormPlot(await playStorm()));
    write('limit.svg', limitPlot(await playLimit()));
    return 0;
  },
);

function write(name: string, svg: string): void {
  writeFileSync(fileURLToPath(new URL(`../../../docs/diagrams/${name}`, import.meta.url)), svg);
}
