import { oneOf } from './checks.js';
import { defaults } from './defaults.js';
import type { Mode } from './options.js';

export const checkMode = oneOf('enforce', 'observe', 'off');

const VARIABLE = 'BREAKWATER_MODE';

/** Returns the mode of a policy without one: that of the environment, if there is an environment and it names one. */
export function ambientMode(): Mode {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const value = process?.env?.[VARIABLE];
  if (value === undefined || value === '') return defaults.mode;
  checkMode(`environment variable ${VARIABLE}`, value);
  return value as Mode;
}
