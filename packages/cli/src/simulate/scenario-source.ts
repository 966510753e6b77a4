import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { builtInScenarios, checkScenario, parseScenario, type Scenario } from '@breakwater/simulator';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import { isModule, loadModule, type ModuleExports } from '../explain/load-module.js';

/** A scenario, and the name that reports give it. */
export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

/**
 * Returns the built-in scenario of this name, or the one in a file: JSON, or a module that exports it.
 *
 * @throws UsageError naming file, path, rule and value
 */
export async function loadScenario(given: string, cwd: string): Promise<NamedScenario> {
  const builtIn = builtInScenarios.find(({ name }) => name === given);
  if (builtIn !== undefined) return { name: given, scenario: builtIn };
  if (/^[\w-]+$/.test(given)) {
    const names = builtInScenarios.map(({ name }) => name).join(', ');
    throw new UsageError(`there is no scenario ${JSON.stringify(given)}; give a file, or one of ${names}`);
  }
  const file = resolve(cwd, given);
  const scenario = isModule(file)
    ? checked(given, exportedScenario(given, await loadModule(file, given)))
    : await parsed(given, file);
  return { name: scenario.name ?? given, scenario };
}

async function parsed(path: string, file: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${path}: ${isMissing ? 'there is no such file' : errorText(error)}`);
  }
  try {
    return parseScenario(text.replace(/^\uFEFF/, ''), path);
  } catch (error) {
    throw new UsageError(errorText(error));
  }
}

function checked(path: string, value: unknown): Scenario {
  try {
    return checkScenario(value);
  } catch (error) {
    throw new UsageError(`${path}: ${errorText(error)}`);
  }
}

/** The default export, or the only one. */
function exportedScenario(path: string, exports: ModuleExports): unknown {
  if (isObject(exports.default) && !isObject((exports.default as ModuleExports).default)) return exports.default;
  const named = Object.entries(exports).filter(([name, value]) => name !== 'default' && isObject(value));
  const [only] = named;
  if (only !== undefined && named.length === 1) return only[1];
  const names = named.map(([name]) => name).join(', ');
  throw new UsageError(
    `${path} must export one scenario, as default or by any name, got ${names === '' ? 'no object' : names}`,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
