import { checkScenario } from './check-scenario.js';
import type { Scenario } from './scenario.js';

/**
 * Reads a scenario from JSON.
 *
 * @param file - the name that errors begin with
 * @throws SyntaxError if the text is not JSON; TypeError or RangeError if it is not a scenario, naming file, path, rule
 * and value
 */
export function parseScenario(json: string, file: string): Scenario {
  try {
    return checkScenario(JSON.parse(json));
  } catch (error) {
    if (error instanceof Error) error.message = `${file}: ${error.message}`;
    throw error;
  }
}
