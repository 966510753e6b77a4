// Puts src/scripts/*.lua into src/lua.ts, so that the scripts reach every build, bundler and test runner.
// With --check it only tells if they are the same. Run it after a change of a script: `npm run embed`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const directory = new URL('../src/scripts/', import.meta.url);
const target = new URL('../src/lua.ts', import.meta.url);

/** Files of src/scripts/breaker, each after those whose functions it calls. They become one text. */
const BREAKER_PARTS = [
  'layout',
  'read',
  'phase',
  'leases',
  'active-instances',
  'instance-count',
  'failing-instances',
  'rules',
  'outcomes',
  'budget',
  'view',
];

const missing = luaFilesIn('breaker/').filter((name) => !BREAKER_PARTS.includes(name));
if (missing.length > 0) throw new Error(`BREAKER_PARTS of scripts/embed-lua.mjs must name ${missing.join(', ')}`);

const texts = new Map(luaFilesIn('').map((name) => [name, textOf(name)]));
texts.set('breaker', BREAKER_PARTS.map((name) => textOf(`breaker/${name}`)).join('\n'));

const module = [
  '// Made from src/scripts/*.lua by scripts/embed-lua.mjs: change those, then `npm run embed`.\n',
  ...[...texts.keys()].sort().map((name) => `export const ${name} = \`${literal(texts.get(name))}\`;\n`),
].join('\n');

if (!process.argv.includes('--check')) {
  writeFileSync(target, module);
} else if (readFileSync(target, 'utf8') !== module) {
  console.error('src/lua.ts differs from src/scripts/*.lua: npm run embed --workspace packages/redis');
  process.exit(1);
}

function luaFilesIn(folder) {
  return readdirSync(new URL(folder, directory))
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length));
}

function textOf(name) {
  return readFileSync(new URL(`${name}.lua`, directory), 'utf8');
}

function literal(text) {
  return text.replace(/[\\`]|\$\{/g, (special) => `\\${special}`);
}
