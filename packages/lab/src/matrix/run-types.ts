import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './child.js';
import type { Client, Resolution, Work } from './plan.js';
import type { Finding, SuiteReport } from './suite/report.js';

type TypesWork = Extract<Work, { kind: 'types' }>;
type Findings = Pick<SuiteReport, 'shown' | 'failed' | 'lacking'>;

/** A program to compile: its directory, and its module system. */
interface Consumer {
  readonly name: string;
  readonly type: 'module' | 'commonjs';
  readonly options: Readonly<Record<string, unknown>>;
}

/** Compiles the consumers of a client with one compiler, each declaration of the packages checked as well. */
export async function compileTypes(compiler: string, directory: string, work: TypesWork): Promise<Findings> {
  const shown: string[] = [];
  const failed: Finding[] = [];
  for (const consumer of consumersOf(work)) {
    const project = writeConsumer(directory, work, consumer);
    const args = [compiler, '--project', project, '--pretty', 'false'];
    const { code, stdout, stderr } = await runChild(process.execPath, args, { cwd: project });
    const wrong = ownErrors(stdout);
    // Without output of its own the compiler has not run.
    const silent = code !== 0 && !/error TS\d+/.test(stdout) ? [stderr || stdout || `it ended with ${code}`] : [];
    const message = [...wrong, ...silent].join('\n');
    if (message === '') shown.push(consumer.name);
    else failed.push({ name: consumer.name, message });
  }
  return { shown, failed, lacking: [] };
}

function consumersOf({ resolution, typeScript }: TypesWork): Consumer[] {
  switch (resolution) {
    case 'nodenext':
      return (['module', 'commonjs'] as const).map((type) => ({
        name: `${type === 'module' ? 'ESM' : 'CommonJS'} compiles with nodenext`,
        type,
        options: { module: 'nodenext', moduleResolution: 'nodenext' },
      }));
    case 'bundler':
      return [
        {
          name: 'compiles with bundler',
          type: 'module',
          options: { module: 'esnext', moduleResolution: 'bundler' },
        },
      ];
    case 'node10':
      return [
        {
          name: 'compiles with node10',
          type: 'commonjs',
          options: {
            module: 'commonjs',
            moduleResolution: 'node10',
            ...(typeScript.name.startsWith('6.') && { ignoreDeprecations: '6.0' }),
          },
        },
      ];
  }
}

/** In a directory of its own, since compilers run side by side. */
function writeConsumer(directory: string, work: TypesWork, { type, options }: Consumer): string {
  const { of, resolution, typeScript } = work;
  const project = join(directory, `typescript-${typeScript.name}-${resolution}-${type}`);
  mkdirSync(project, { recursive: true });
  const sources = of === undefined ? [] : ['typed-core.ts', `${sourceFor(of.client, resolution, type)}.ts`];
  for (const file of sources) cpSync(join(directory, file), join(project, file));
  writeFileSync(join(project, 'entries.ts'), everyEntry(directory));
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    esModuleInterop: true,
    noEmit: true,
    ...options,
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [...sources, 'entries.ts'] }));
  return project;
}

/** A module that takes something from each entry point of the packages that are installed. */
function everyEntry(directory: string): string {
  const scope = join(directory, 'node_modules/@breakwater');
  const specifiers = readdirSync(scope).flatMap((name) => {
    const manifest = JSON.parse(readFileSync(join(scope, name, 'package.json'), 'utf8')) as { exports?: object };
    const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !entry.endsWith('.json'));
    return entries.map((entry) => `@breakwater/${name}${entry.slice(1)}`);
  });
  const imports = specifiers.map((specifier, at) => `import * as entry${at} from '${specifier}';`);
  return `${imports.join('\n')}\nexport const entries: object[] = [${specifiers.map((_, at) => `entry${at}`)}];\n`;
}

/** got is ESM with "exports": what looks for neither cannot import it. */
function sourceFor(client: Client, resolution: Resolution, type: Consumer['type']): string {
  if (client === 'axios') return 'typed-axios';
  return resolution === 'node10' || type === 'commonjs' ? 'typed-got-alone' : 'typed-got';
}

/** The errors in the consumer and in the packages; those inside a client's own declarations are the client's. */
export function ownErrors(output: string): string[] {
  const errors = output.split('\n').filter((line) => /error TS\d+/.test(line));
  return errors.filter((line) => !/node_modules\/(?!@breakwater\/)/.test(line));
}
