import type { PolicySettings } from '@breakwater/core';

/** A policy's settings as JSON. */
export interface PlainSettings {
  readonly [option: string]: unknown;
}

/** Objects with which the policy works, rather than options. */
const LIVE: ReadonlySet<string> = new Set(['store', 'clock', 'random']);

/**
 * Returns settings as JSON. Sets become arrays, functions `"function"`, `Infinity` the string of that name; unset
 * values are null.
 */
export function plainSettings(settings: PolicySettings): PlainSettings {
  const options = Object.entries(settings).filter(([option]) => !LIVE.has(option));
  return Object.fromEntries(options.map(([option, value]) => [option, plain(value)]));
}

function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'function') return 'function';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, plain(own)]));
}
