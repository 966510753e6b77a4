import { oneOf } from './checks.js';

/**
 * `enforce` acts on the policy's verdicts. `observe` changes nothing: it counts and reports what enforcing would do.
 * `off` passes calls through.
 */
export type Mode = 'enforce' | 'observe' | 'off';

export const checkMode = oneOf('enforce', 'observe', 'off');

const VARIABLE = 'BREAKWATER_MODE';

/** Returns the mode of a policy that names none: that of the environment if there is one and it names a mode. */
export function ambientMode(): Mode {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const value = process?.env?.[VARIABLE];
  if (value === undefined || value === '') return 'enforce';
  checkMode(`environment variable ${VARIABLE}`, value);
  return value as Mode;
}
