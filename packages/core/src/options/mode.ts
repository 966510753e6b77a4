import { oneOf } from './checks.js';
import { defaults } from './defaults.js';
import type { Mode } from './options.js';

export const checkMode = oneOf('enforce', 'observe', 'off');

const VARIABLE = 'BREAKWATER_MODE';

/** The mode of a policy that was given none: the environment's word, where there is an environment and it has one. */
export function ambientMode(): Mode {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const value = process?.env?.[VARIABLE];
  if (value === undefined || value === '') return defaults.mode;
  checkMode(`environment variable ${VARIABLE}`, value);
  return value as Mode;
}
