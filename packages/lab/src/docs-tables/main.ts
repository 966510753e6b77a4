// Writes the generated tables into the pages of packages/docs, between their markers. `npm run docs:tables`
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program, runProgram } from '../harness/program.js';
import { withTables } from './fill.js';
import { docsTables } from './tables.js';

const docs = fileURLToPath(new URL('../../../docs', import.meta.url));
const about = 'Writes the generated tables into the pages of packages/docs, between their markers.';

await runProgram(
  (args) => program('docs:tables', about).parse(args, { from: 'user' }),
  async () => writeTables(),
);

function writeTables(): number {
  const tables = docsTables();
  for (const folder of ['parts', 'reference', 'recipes']) {
    for (const name of readdirSync(join(docs, folder))) {
      const path = join(docs, folder, name);
      const before = readFileSync(path, 'utf8');
      const after = withTables(before, tables);
      if (after === before) continue;
      writeFileSync(path, after);
      console.log(`packages/docs/${folder}/${name}`);
    }
  }
  return 0;
}
