// Loads every entry point of the packages that it is told of, both ways, and prints what that gave.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const shown = [];
const failed = [];

for (const name of process.argv.slice(2)) {
  const manifest = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'));
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (entry === './package.json') continue;
    const specifier = `${name}${entry.slice(1)}`;
    const ways = [];
    // Data is no module: Node imports it with an attribute of its own, which not all releases have.
    const isData = entry.endsWith('.json');
    if (isData) ways.push(['require', () => require(specifier)]);
    else if (typeof target === 'string' || target.import || target.default)
      ways.push(['import', () => import(specifier)]);
    if (target.require) ways.push(['require', () => require(specifier)]);
    for (const [way, load] of ways) {
      const title = `${way} ${specifier}`;
      try {
        if (Object.keys(await load()).length === 0) throw new Error('nothing is exported');
        shown.push(title);
      } catch (error) {
        failed.push({ name: title, message: error.message });
      }
    }
  }
}
process.stdout.write(`\nmatrix-report:${JSON.stringify({ node: process.version, shown, failed, lacking: [] })}\n`);
