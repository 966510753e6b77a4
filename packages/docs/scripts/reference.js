// Writes the API reference as Markdown, one page for each symbol. By itself: `node reference.js <directory>`.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export function makeReference(directory) {
  const typedoc = join(repository, 'node_modules/typedoc/bin/typedoc');
  execFileSync(process.execPath, [typedoc, '--out', directory], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) makeReference(process.argv[2]);
