/**
 * Runs the migration over the published sources of packages that use axios-retry, retry-axios, got or a retry of their
 * own: nothing may crash, what is rewritten must parse, a second run must change nothing.
 * `npm run migrate:wild -w packages/cli`.
 *
 * It needs the npm registry, so it is no part of `npm test`; without a registry it says so and ends with 0.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../src/migrate/file/source.js';
import type { Finding, Level } from '../../src/migrate/finding.js';
import { extensionOf } from '../../src/migrate/parse/dialect.js';
import { type RunResult, run } from '../../src/migrate/run.js';

const PACKAGES = [
  'analytics-node@6.2.0',
  '@rudderstack/rudder-sdk-node@3.0.13',
  '@coinbase/cdp-sdk@1.57.0',
  'nestjs-axios-retry@1.0.7',
  'ibm-cloud-sdk-core@5.9.1',
  '@slack/web-api@7.9.1',
  'contentful-sdk-core@9.0.1',
  'gh-got@10.0.0',
  'posthog-node@1.3.0',
  '@novu/node@2.6.6',
  '@googlemaps/google-maps-services-js@3.4.1',
  'nestjs-http-promise@3.0.0',
  '@tresdoce-nestjs-toolkit/http-client@1.3.8',
  'cypress-cloud@1.9.6',
  'package-json@8.1.1',
] as const;

const directory = mkdtempSync(join(tmpdir(), 'breakwater-wild-'));
try {
  if (isRegistryReachable()) process.exitCode = (await tryAll()) ? 0 : 1;
  else console.log('Skipped: the npm registry cannot be reached.');
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function tryAll(): Promise<boolean> {
  let isFine = true;
  for (const name of PACKAGES) {
    const home = unpacked(name);
    for (const step of ['dropin', 'policy'] satisfies Step[]) {
      const problems = await tryOne(name, home, step);
      for (const problem of problems) console.log(`  PROBLEM ${problem}`);
      isFine &&= problems.length === 0;
    }
  }
  return isFine;
}

/** Writes for good: the second step goes on from the first. */
async function tryOne(name: string, cwd: string, step: Step): Promise<string[]> {
  const paths = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter(
    (path) => extensionOf(path) !== undefined && !path.includes('node_modules'),
  );
  const startedMs = performance.now();
  const migrate = () => run({ paths, cwd, step, write: true, onProgress: () => {} });
  const first = await migrate();
  const second = await migrate();
  console.log(`${name} --to ${step}: ${counted(first)}, ${Math.round((performance.now() - startedMs) / 2)} ms`);
  for (const { file, line, level, message } of first.findings) {
    if (level === 'rewrite' || level === 'todo') console.log(`  ${file}:${line} ${level} ${message}`);
  }
  return [
    ...first.findings.filter(isError).map(({ file, line, message }) => `${file}:${line} ${message}`),
    ...second.changed.map(({ path }) => `${path} changes again`),
  ];
}

function isError({ level }: Finding): boolean {
  return level === 'error';
}

function counted({ looked, changed, findings }: RunResult): string {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return `${looked} files, ${changed.length} rewritten, ${count('todo')} todo, ${count('note')} notes`;
}

function isRegistryReachable(): boolean {
  try {
    execFileSync('npm', ['view', PACKAGES[0], 'version'], { stdio: 'pipe', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}

/** The directory of a package as it was published. */
function unpacked(name: string): string {
  const home = join(directory, name.replaceAll('/', '+'));
  mkdirSync(home);
  const tarball = execFileSync('npm', ['pack', name, '--silent', '--pack-destination', home], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  execFileSync('tar', ['-xzf', join(home, tarball.trim()), '-C', home, '--strip-components=1']);
  return home;
}
