// Puts src/scripts/*.lua into src/lua.ts, so that the scripts reach every build, bundler and test runner.
// With --check it only tells whether they are the same. Run it after a change of a script: `npm run embed`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const directory = new URL('../src/scripts/', import.meta.url);
const target = new URL('../src/lua.ts', import.meta.url);
const names = readdirSync(directory)
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -'.lua'.length));

const module = [
  '// Made from src/scripts/*.lua by scripts/embed-lua.mjs: change those, then `npm run embed`.\n',
  ...names.sort().map((name) => `export const ${name} = \`${literal(name)}\`;\n`),
].join('\n');

if (!process.argv.includes('--check')) {
  writeFileSync(target, module);
} else if (readFileSync(target, 'utf8') !== module) {
  console.error('src/lua.ts is not what src/scripts/*.lua say: npm run embed --workspace packages/redis');
  process.exit(1);
}

function literal(name) {
  const text = readFileSync(new URL(`${name}.lua`, directory), 'utf8');
  return text.replace(/[\\`]|\$\{/g, (special) => `\\${special}`);
}
