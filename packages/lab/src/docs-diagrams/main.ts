// `npm run docs:diagrams`: draws the diagrams of the documentation.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { floorPlans } from '../../test/floors.js';
import { program, runProgram } from '../harness/program.js';
import { diagrams } from './diagrams.js';

const about = 'Draws the diagrams of the parts and of the floors into packages/docs/diagrams.';

await runProgram(
  (args) => program('docs:diagrams', about).parse(args, { from: 'user' }),
  async () => {
    for (const [name, svg] of diagrams(floorPlans)) {
      writeFileSync(fileURLToPath(new URL(`../../../docs/diagrams/${name}`, import.meta.url)), svg);
    }
    return 0;
  },
);
