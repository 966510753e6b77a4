import { own } from '../untrusted/own-properties.js';
import { isPlainObject } from '../untrusted/plain-object.js';
import { defaults } from './defaults.js';
import type { PolicyOptions } from './options.js';

/** The options that consist of options. All others, such as stores and clocks, are values. */
const PARTS: ReadonlySet<string> = new Set([
  'retry',
  'budget',
  'breaker',
  'coolDown',
  'limit',
  'timeouts',
  'idempotency',
] satisfies (keyof PolicyOptions)[]);

/**
 * Returns a copy of `base` at every depth with `changes` applied: what is named changes, all else stays. `undefined`
 * names nothing.
 */
export function mergeOptions(base: PolicyOptions, changes: PolicyOptions): PolicyOptions {
  return overlay(base, changes, (name) => PARTS.has(name));
}

function overlay(base: object, changes: object, isPart: (name: string) => boolean): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const old = Object.hasOwn(merged, name) ? merged[name] : undefined;
    const own = isPart(name) && isPlainObject(value) ? overlay(like(old, value), value, anyName) : copied(value);
    Object.defineProperty(merged, name, { value: own, enumerable: true, writable: true, configurable: true });
  }
  return merged;
}

const anyName = (): boolean => true;

/** Returns the options that a part's changes apply to: none if the part was off or of another kind. */
function like(old: unknown, value: Record<string, unknown>): object {
  if (!isPlainObject(old)) return {};
  const { kind } = own(value);
  // Only a backoff may have no `kind`.
  const { kind: oldKind = defaults.retry.backoff.kind } = own(old);
  return kind === undefined || kind === oldKind ? old : {};
}

function copied(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value;
}
