import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import ts from 'typescript';
// @ts-expect-error: a script of the build, without types
import { BUNDLED, bundle } from '../../lab/scripts/bundle.js';

/** Far more than it takes: npm packs three packages and installs them with what they depend on. */
const TIMEOUT_MS = 300_000;

const packages = fileURLToPath(new URL('../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'breakwater-packed-'));
const project = join(directory, 'project');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = promisify(execFile);

/**
 * The package as `npm run build` leaves it, its ES modules that is, which `isolatedModules` makes the same without a
 * look at the types.
 */
async function emitted(name: string): Promise<string> {
  const root = join(directory, name);
  const source = join(packages, name, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.test(-d)?\.ts$/.test(file),
  );
  for (const file of files) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, file), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true },
    });
    const target = join(root, 'dist/esm', file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  for (const module of BUNDLED[name] ?? []) await bundle(join(root, 'dist/esm', `${module}.js`));
  writeFileSync(join(root, 'dist/esm/package.json'), '{ "type": "module", "sideEffects": false }');
  for (const file of ['package.json', 'README.md']) cpSync(join(packages, name, file), join(root, file));
  return root;
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('npm', [...args, '--loglevel=error'], { cwd });
  return stdout.trim();
}

beforeAll(async () => {
  const tarballs: string[] = [];
  for (const name of ['core', 'simulator', 'cli']) {
    const root = await emitted(name);
    tarballs.push(join(root, await npm(root, 'pack', '--ignore-scripts')));
  }
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
  await npm(project, 'install', ...flags, ...tarballs);
}, TIMEOUT_MS);

it(
  'works as it is installed from its tarball, without what the repository has around it',
  async () => {
    writeFileSync(
      join(project, 'policy.ts'),
      "import { createPolicy } from '@breakwater/core';\nexport const policy = createPolicy({ name: 'installed' as string });\n",
    );
    const breakwater = (...args: readonly string[]) => {
      const { NODE_OPTIONS: _, FORCE_COLOR: __, ...env } = process.env;
      return run(join(project, 'node_modules/.bin/breakwater'), args, { cwd: project, env });
    };

    const { version } = JSON.parse(readFileSync(join(packages, 'cli/package.json'), 'utf8')) as { version: string };
    expect((await breakwater('--version')).stdout).toBe(`${version}\n`);
    expect((await breakwater('explain', 'policy.ts')).stdout).toMatch('Policy "installed" (enforce), from policy.ts');
    expect((await breakwater('migrate', '--help')).stdout).toContain('Usage: breakwater migrate');
    expect((await breakwater('simulate', 'blip', '--seeds', '1-2')).stdout).toMatch('Simulation of blip');
    // ECharts is in the package: its own dependencies are not installed.
    await breakwater('simulate', 'blip', '--svg', 'blip.svg', '--html', 'reports/blip.html');
    expect(readFileSync(join(project, 'blip.svg'), 'utf8')).toMatch(/^<svg .*<path .*<\/svg>\n$/s);
    expect(readFileSync(join(project, 'reports/blip.html'), 'utf8')).toContain('<h1>Simulation of blip</h1>');
    expect(existsSync(join(project, 'node_modules/echarts'))).toBe(false);
    await expect(breakwater('explain', 'nowhere.json')).rejects.toMatchObject({
      code: 2,
      stderr: 'error: nowhere.json: there is no such file\n',
    });
  },
  TIMEOUT_MS,
);
