import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { repository } from './readme-text.js';
import { manifestOf, packageNames } from './source-tree.js';

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const published = packageNames().filter((name) => manifestOf(name).private !== true);
const textOf = (path: string): string => readFileSync(join(repository, path), 'utf8');
const rootManifest = JSON.parse(textOf('package.json')) as { readonly allowScripts: Record<string, boolean> };

describe('a package that is published', () => {
  test.each(['core', 'axios', 'got'])('%s has no runtime dependency but the core', (name) => {
    const { dependencies, optionalDependencies, bundleDependencies, bundledDependencies } = manifestOf(name);

    const own = name === 'core' ? [] : ['@breakwater/core'];
    expect(Object.keys(dependencies ?? {})).toEqual(own);
    expect([optionalDependencies, bundleDependencies, bundledDependencies]).toEqual([undefined, undefined, undefined]);
  });

  test.each(published)('%s runs nothing when it is installed', (name) => {
    const { scripts } = manifestOf(name) as { scripts: Record<string, string> };
    const onInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];

    expect(Object.keys(scripts).filter((script) => onInstall.includes(script))).toEqual([]);
  });

  test.each(published)('%s is published for all, with its provenance', (name) => {
    expect(manifestOf(name).publishConfig).toEqual({ access: 'public', provenance: true });
  });
});

/** Far more than npm takes to start. */
const TIMEOUT_MS = 60_000;

describe('a tarball', () => {
  const directory = mkdtempSync(join(tmpdir(), 'pack-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** A package directory with all that could lie around in one. */
  function cluttered(name: string): string {
    const root = join(directory, name);
    const files = ['LICENSE', 'dist/esm/index.js', 'dist/esm/index.d.ts', 'dist/esm/index.js.map', 'dist/cjs/index.js'];
    const clutter = [
      '.env',
      '.npmrc',
      'src/index.ts',
      'test/index.test.ts',
      'tsconfig.json',
      'scripts/a.mjs',
      'notes.md',
    ];
    for (const file of [...files, 'README.md', ...clutter]) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), '');
    }
    writeFileSync(join(root, 'package.json'), JSON.stringify(manifestOf(name)));
    return root;
  }

  async function packed(root: string): Promise<string[]> {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
    });
    const [tarball] = JSON.parse(stdout) as { readonly files: readonly { readonly path: string }[] }[];
    return (tarball?.files ?? []).map(({ path }) => path).sort();
  }

  test.each(published)(
    'of %s has what was built, its README and its licence, and nothing else',
    async (name) => {
      expect(await packed(cluttered(name))).toEqual([
        'LICENSE',
        'README.md',
        'dist/cjs/index.js',
        'dist/esm/index.d.ts',
        'dist/esm/index.js',
        'dist/esm/index.js.map',
        'package.json',
      ]);
    },
    TIMEOUT_MS,
  );

  test.each(published)(
    'of %s, as it is here, has no source and no test',
    async (name) => {
      const shipped =
        /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts|js\.map)|dist\/(esm|cjs)\/package\.json|grafana\/.+\.json|alerts\/.+\.yml)$/;
      const files = await packed(join(repository, 'packages', name));

      expect(files).toContain('package.json');
      expect(files.filter((file) => !shipped.test(file) || /\.test\./.test(file))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe('the lockfile', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as { readonly packages: Record<string, LockedPackage> };
  const outside = Object.entries(packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && link !== true,
  );
  const namesWhere = (is: (locked: LockedPackage) => boolean): string[] =>
    outside.filter(([, locked]) => is(locked)).map(([path]) => path.replace(/^.*node_modules\//, ''));

  test('names every package by its hash, and by no address', () => {
    expect(outside.length).toBeGreaterThan(100);
    expect(namesWhere(({ integrity }) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))).toEqual([]);
    expect(namesWhere(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(textOf('package-lock.json')).not.toMatch(/https?:[^"]*\.tgz/);
  });

  test('has no package with an install script, except known ones whose script is refused', () => {
    const refused = Object.entries(rootManifest.allowScripts).filter(([, allowed]) => !allowed);

    const wanting = new Set(namesWhere(({ hasInstallScript }) => hasInstallScript === true));
    expect([...wanting].sort()).toEqual(refused.map(([name]) => name).sort());
    expect(Object.keys(rootManifest.allowScripts)).toHaveLength(refused.length);
  });
});

describe('the workflows', () => {
  const workflows = readdirSync(join(repository, '.github/workflows'));
  const publish = textOf('.github/workflows/publish.yml');

  test.each(workflows)('%s has no secret, and only the rights that it names', (file) => {
    const text = textOf(`.github/workflows/${file}`);

    expect(text).not.toMatch(/secrets\./);
    expect(text).toMatch(/^permissions:/m);
    expect([...text.matchAll(/(\w[\w-]*): write/g)].map(([, right]) => right)).toEqual(
      file === 'publish.yml' ? ['id-token'] : [],
    );
  });

  test.each(workflows)('%s uses actions of a named version, from the host of the repository', (file) => {
    const uses = [...textOf(`.github/workflows/${file}`).matchAll(/uses: (\S+)/g)].map(([, action]) => action);

    expect(uses.length).toBeGreaterThan(0);
    expect(uses.filter((action) => !/^actions\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(action ?? ''))).toEqual([]);
  });

  test('publishing comes after the checks that every change goes through, from main alone', () => {
    expect(textOf('.github/workflows/ci.yml')).toContain('- run: .ci/run');
    expect(publish).toContain('- run: .ci/run');
    expect(publish).toContain('needs: check');
    expect(publish).toContain("if: github.ref == 'refs/heads/main'");
    expect(publish).toContain("NPM_CONFIG_PROVENANCE: 'true'");
  });
});
