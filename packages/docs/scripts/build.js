// Builds the site into packages/docs/dist, with search and the API reference. Needs no network.
// `--fast` keeps the API reference of the last build.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';
import { stage } from './stage.js';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..');
const repository = join(docs, '../..');

if (!process.argv.includes('--fast') || !existsSync(join(docs, 'api'))) makeReference();
stage(repository, join(docs, '.site'));
await build(join(docs, '.site'), { outDir: join(docs, 'dist') });

function makeReference() {
  const typedoc = join(repository, 'node_modules/typedoc/bin/typedoc');
  execFileSync(process.execPath, [typedoc], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
}
