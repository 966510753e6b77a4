import { deepFreeze } from '../untrusted/plain-object.js';
import * as check from './checks.js';
import { type Complete, type Defaults, part } from './fill.js';

/** Bounds for cool-downs, which a server asks for by `Retry-After`. */
export interface CoolDownOptions {
  /** Calls per key that may wait for the end of a cool-down; the others are refused at once. @default 256 */
  readonly maxWaiting?: number | undefined;
  /** Longest cool-down that a server can ask for, in ms. @default 300_000 */
  readonly maxMs?: number | undefined;
}

/** {@link CoolDownOptions}, complete. */
export type CoolDownSettings = Complete<CoolDownOptions>;

export const coolDownDefaults = deepFreeze({
  maxWaiting: 256,
  maxMs: 300_000,
} as const satisfies Defaults<CoolDownOptions>);

export function resolveCoolDown(given: CoolDownOptions | false | undefined): CoolDownSettings | false {
  return part<CoolDownSettings>('coolDown', given, coolDownDefaults, coolDownChecks);
}

const coolDownChecks: Readonly<Record<keyof CoolDownOptions, check.Check>> = {
  maxWaiting: check.integerFrom(0),
  maxMs: check.duration,
};
