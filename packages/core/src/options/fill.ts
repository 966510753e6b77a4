import { own } from '../untrusted/own-properties.js';
import { type Check, checkFields } from './checks.js';

/** Returns `base` with the values of `options` that are set, each checked. `undefined` never overwrites a default. */
export function fill<T extends object, O extends object>(
  path: string,
  given: O | undefined,
  base: T,
  checks: Readonly<Record<string, Check>>,
): Filled<T, O> {
  const options = own(given ?? {});
  checkFields(path, options, checks);
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(set) } as Filled<T, O>;
}

/** The fields of the defaults with the types that the options allow. */
type Filled<T, O> = { [K in keyof T]: K extends keyof O ? Exclude<O[K], undefined> | Extract<T[K], undefined> : T[K] };

/** Does the same as `fill` for a part that `false` switches off. The result is frozen. */
export function part<T extends object>(
  path: string,
  options: object | false | undefined,
  base: T,
  checks: Readonly<Record<keyof T, Check>>,
): T | false {
  return options === false ? false : Object.freeze(fill(path, options, base, checks));
}

/**
 * The defaults of a part. The compiler demands one for each option, `undefined` for off. `NotValues` are the options
 * that are functions.
 */
export type Defaults<T, NotValues extends keyof T = never> = {
  readonly [Name in Exclude<keyof T, NotValues>]-?: T[Name];
};

/** Options of which each has a value. */
export type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

/** Returns undefined for `Infinity`, by which a limit that was set is lifted, because `undefined` means the default. */
export function finite(ms: number | undefined): number | undefined {
  return ms === Number.POSITIVE_INFINITY ? undefined : ms;
}

export function upperCased(methods: readonly string[]): ReadonlySet<string> {
  return new Set(methods.map((method) => method.toUpperCase()));
}

export function contradiction(path: string, rule: string, value: number): RangeError {
  return new RangeError(`${path} must be ${rule}, got ${value}`);
}
