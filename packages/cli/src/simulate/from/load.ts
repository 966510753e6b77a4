import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../../command-io.js';
import { errorText } from '../../error-text.js';
import type { NamedScenario } from '../scenario-source.js';
import { type FromRules, scenarioFrom } from './scenario.js';
import { trafficIn } from './traffic.js';

/**
 * Returns a scenario with the traffic in a file as its normal load. @throws UsageError naming file, path, rule and
 * value
 */
export async function loadFrom(
  path: string,
  named: NamedScenario,
  rules: FromRules,
  cwd: string,
): Promise<NamedScenario> {
  return scenarioFrom(named, trafficIn(await readJson(path, cwd), path), rules);
}

async function readJson(path: string, cwd: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(`${path}: ${isMissing ? 'there is no such file' : errorText(error)}`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path} must be JSON: ${errorText(error)}`);
  }
}
