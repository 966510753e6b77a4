// Builds the site into packages/docs/dist, with search and the API reference. Needs no network. `--no-charts` leaves
// the charts of the lab out, which takes half the time. `--fast` keeps the API reference of the last build,
// `--no-reference` builds without it, `--out` names another directory.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vitepress';
import { makeReference } from './reference.js';
import { stage } from './stage.js';

const { values } = parseArgs({
  options: {
    fast: { type: 'boolean', default: false },
    'no-charts': { type: 'boolean', default: false },
    'no-reference': { type: 'boolean', default: false },
    out: { type: 'string', default: join(dirname(fileURLToPath(import.meta.url)), '../dist') },
  },
});
const docs = join(dirname(fileURLToPath(import.meta.url)), '..');
const reference = join(docs, 'api');
const hasReference = !values['no-reference'];
const hasCharts = !values['no-charts'];

if (hasReference && !(values.fast && existsSync(reference))) makeReference(reference);
stage(join(docs, '../..'), join(docs, '.site'), { hasCharts, hasReference });
if (hasCharts) drawCharts(join(docs, '.site/lab/charts'));
await build(join(docs, '.site'), { outDir: resolve(values.out) });

function drawCharts(directory) {
  const script = join(docs, '../cli/scripts/lab-charts.ts');
  execFileSync(process.execPath, ['--import', 'tsx', '--conditions=@breakwater/source', script, directory], {
    cwd: join(docs, '../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
