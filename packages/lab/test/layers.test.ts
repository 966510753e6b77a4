import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { floorPlans, upwardImports } from './floors.js';
import {
  cyclesOf,
  importGraph,
  importsOf,
  impuritiesOf,
  manifestOf,
  packageNames,
  type SourceFile,
  sourcesOf,
} from './source-tree.js';

/** Packages whose sources may use the manual clock and the other parts of `@breakwater/core/testing`. */
const FOR_TESTS = new Set(['lab', 'simulator']);

const packages = packageNames();
const sources = packages.flatMap(sourcesOf);
const shipped = sources.filter((file) => !file.isTest && file.owner !== 'lab');

/** `<package>/<path>: <what is wrong>` for everything that `complaintsOf` finds in the files. */
function complaints(files: readonly SourceFile[], complaintsOf: (file: SourceFile) => readonly string[]): string[] {
  return files.flatMap((file) => complaintsOf(file).map((complaint) => `${file.owner}/${file.path}: ${complaint}`));
}

describe('packages', () => {
  test('core depends on nothing, an adapter or a store on core alone', () => {
    const dependencies = packages
      .filter((name) => manifestOf(name).private !== true && name !== 'cli')
      .map((name) => {
        const { dependencies, optionalDependencies } = manifestOf(name);
        return [name, Object.keys({ ...(dependencies ?? {}), ...(optionalDependencies ?? {}) })];
      });

    const allowed = dependencies.map(([name]) => [name, name === 'core' ? [] : ['@breakwater/core']]);
    expect(dependencies).toEqual(allowed);
  });

  test('the CLI depends on core, on the simulator and on libraries, and no package on the CLI', () => {
    const ownOf = (name: string): string[] => {
      const { dependencies, peerDependencies, optionalDependencies } = manifestOf(name);
      const all = { ...(dependencies ?? {}), ...(peerDependencies ?? {}), ...(optionalDependencies ?? {}) };
      return Object.keys(all).filter((dependency) => dependency.startsWith('@breakwater/'));
    };

    expect(ownOf('cli')).toEqual(['@breakwater/core', '@breakwater/simulator']);
    expect(packages.filter((name) => ownOf(name).includes('@breakwater/cli'))).toEqual([]);
  });

  test('a package reaches another by its public entries alone, and ships no import of the entry for tests', () => {
    const isEntry = (specifier: string) => {
      const [scope, name, ...entry] = specifier.split('/');
      if (scope !== '@breakwater' || name === undefined || entry.length === 0) return true;
      const { exports } = manifestOf(name) as { readonly exports: Readonly<Record<string, unknown>> };
      return `./${entry.join('/')}` in exports;
    };
    const isEntryForTests = (specifier: string) => specifier === '@breakwater/core/testing';

    const wrong = complaints(sources, (file) =>
      importsOf(file).filter(
        (specifier) =>
          !isEntry(specifier) || (isEntryForTests(specifier) && !(file.isTest || FOR_TESTS.has(file.owner))),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('a source imports no file outside its own src', () => {
    const leaves = (file: SourceFile, specifier: string) =>
      specifier.startsWith('.') && posix.join(posix.dirname(file.path), specifier).startsWith('..');

    expect(complaints(shipped, (file) => importsOf(file).filter((specifier) => leaves(file, specifier)))).toEqual([]);
  });

  test('core and the axios adapter import nothing of Node, so that they run in browsers', () => {
    const mainPath = shipped.filter(
      (file) => ['core', 'axios'].includes(file.owner) && !/^testing[./]/.test(file.path),
    );

    expect(complaints(mainPath, (file) => importsOf(file).filter((specifier) => isBuiltin(specifier)))).toEqual([]);
  });
});

describe('files', () => {
  test('no package has an import cycle, type-only imports included', () => {
    const cycles = packages.flatMap((name) => cyclesOf(importGraph(sources.filter((file) => file.owner === name))));

    expect(cycles).toEqual([]);
  });

  test.each(floorPlans)('$folder: every import points to a lower floor', ({ folder, floors }) => {
    expect(upwardImports(sources, folder, floors)).toEqual([]);
  });

  test('the pure files of core take time and chance as arguments and know no host', () => {
    const pure = shipped.filter(
      (file) =>
        file.owner === 'core' && /^((breaker|window|retry)\/[^/]+|outcome\/(outcome|verdict))\.ts$/.test(file.path),
    );

    expect(complaints(pure, (file) => impuritiesOf(file.text))).toEqual([]);
  });

  test('a file is named after its idea: no index in a folder, no drawer for odds and ends', () => {
    const isIndexInFolder = (path: string) => /\/index\.ts$/.test(path);
    const isDrawer = (path: string) => /(^|\/)(utils?|helpers?|common|types)(\.ts$|\/)/.test(path);

    const wrong = sources.map((file) => file.path).filter((path) => isIndexInFolder(path) || isDrawer(path));
    expect(wrong).toEqual([]);
  });
});

describe('the rules notice', () => {
  const file = (path: string, text: string): SourceFile => ({ owner: 'core', path, text, isTest: false });

  test.each([
    ['an import of a higher floor', file('low/a.ts', "import '../high/b.js';"), ['low/a.ts -> high/b.ts: up']],
    [
      'an import of the same floor',
      file('low/a.ts', "import '../beside/b.js';"),
      ['low/a.ts -> beside/b.ts: sideways'],
    ],
    ['a room without a floor', file('other/a.ts', "import '../low/b.js';"), ['other/a.ts -> low/b.ts: no floor']],
    ['that an import downwards is right', file('high/b.ts', "import '../low/a.js';"), []],
    ['that an import within a room is right', file('low/b.ts', "import './a.js';"), []],
  ])('%s', (_, source, expected) => {
    expect(upwardImports([source], 'core', [['high'], ['low', 'beside']])).toEqual(expected);
  });

  test.each([
    ['an import', "import { a } from './b.js';"],
    ['a type-only import', "import type { A } from './b.js';"],
    ['a re-export', "export { a } from './b.js';"],
    ['a type that is imported in place', "type A = import('./b.js').A;"],
    ['a dynamic import', "const b = import('./b.js');"],
  ])('%s', (_, text) => {
    expect(importsOf({ text })).toEqual(['./b.js']);
  });

  test.each([
    ['a cycle', { a: ['b'], b: ['c'], c: ['a'] }, ['a -> b -> c -> a']],
    ['a file that imports itself', { a: ['a'] }, ['a -> a']],
    ['a cycle behind a file that was seen before', { a: ['b', 'c'], b: [], c: ['b', 'd'], d: ['c'] }, ['c -> d -> c']],
    ['that a diamond is no cycle', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
  ])('%s', (_, graph, cycles) => {
    expect(cyclesOf(new Map(Object.entries(graph)))).toEqual(cycles);
  });

  test.each([
    ['const a = Date.now();', ['Date']],
    ['const a = Math.random();', ['Math.random']],
    ['function a(random = Math.random) {}', ['Math.random']],
    ['setTimeout(f, 1);', ['setTimeout']],
    ['const a = new Promise(f);', ['Promise']],
    ['const a = Promise.resolve();', ['Promise']],
    ['async function a() {}', ['async']],
    ['const a = process.env;', ['process']],
    ['const a = globalThis.performance.now();', ['globalThis']],
  ])('what reaches outside: %s', (text, expected) => {
    expect(impuritiesOf(text)).toEqual(expected);
  });

  test.each([
    '// Date and process',
    '/** {@link Date} */ const a = 1;',
    "const a = 'setTimeout';",
    'interface A { process(): Promise<Date> }',
    'function a(now: Date): Promise<void> { return now.process(); }',
    'const a = Math.random2(1) + Math.max(1, 2);',
  ])('nothing in: %s', (text) => {
    expect(impuritiesOf(text)).toEqual([]);
  });
});
