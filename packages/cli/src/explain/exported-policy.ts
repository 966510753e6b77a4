import { defaults } from '@breakwater/core';
import { isPolicy } from '@breakwater/core/adapter';
import { UsageError } from '../command-io.js';
import { policyOfClient } from './client-policy.js';
import type { ModuleExports } from './load-module.js';
import { membersOf } from './members.js';

/**
 * Returns the only policy that a module exports, or the options of one. @throws UsageError if there is none, or more
 * than one
 */
export function exportedPolicy(
  exports: ModuleExports,
  { path, exportName }: { readonly path: string; readonly exportName: string | undefined },
): unknown {
  const named = namedExports(exports);
  if (exportName !== undefined) {
    if (named.has(exportName)) return unwrapped(named.get(exportName));
    const inner = innerExports(named);
    if (inner.has(exportName)) return unwrapped(inner.get(exportName));
    throw new UsageError(`${path} has no export ${JSON.stringify(exportName)}; ${listed(named)}`);
  }
  const candidates = candidatesIn(named);
  const [first] = candidates.values();
  if (candidates.size === 1) return unwrapped(first);
  if (candidates.size > 1) {
    const names = [...candidates.keys()].map((name) => `--export ${name}`).join(', ');
    throw new UsageError(`${path} exports more than one policy; say which: ${names}`);
  }
  throw new UsageError(
    `${path} exports no policy (what createPolicy or attachResilience returns), no client with one and no options of one; ${listed(named)}`,
  );
}

/** Returns the policy of a handle from `attachResilience`, or of a client; any other value unchanged. */
function unwrapped(value: unknown): unknown {
  return isHandle(value) ? value.policy : (policyOfClient(value) ?? value);
}

function isHandle(value: unknown): value is { readonly policy: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const { policy, detach } = value as { readonly policy?: unknown; readonly detach?: unknown };
  return typeof detach === 'function' && isPolicy(policy);
}

/**
 * Returns the exports by name. The `default` of a CJS module has all of them; the parser does not find every name in
 * it.
 */
function namedExports(exports: ModuleExports): Map<string, unknown> {
  const named = new Map(Object.entries(exports).filter(([name]) => !INTERNAL.has(name)));
  const whole = exports.default;
  if (isRecord(whole) && !isPolicy(whole) && !isHandle(whole) && !looksLikeOptions(whole)) {
    for (const [name, value] of Object.entries(whole)) {
      if (!INTERNAL.has(name) && !(named.has(name) && name !== 'default')) named.set(name, value);
    }
  }
  return named;
}

const INTERNAL: ReadonlySet<string> = new Set(['__esModule', 'module.exports']);

/** Returns the candidates by name. A value that is exported twice counts once. */
function candidatesIn(named: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const sure = unique([...named].filter(([, value]) => isPolicy(value) || isHandle(value) || looksLikeOptions(value)));
  if (sure.size > 0) return sure;
  const clients = unique([...named].filter(([, value]) => policyOfClient(value) !== undefined));
  if (clients.size > 0) return clients;
  const inner = unique([...innerExports(named)].filter(([, value]) => isPolicy(unwrapped(value))));
  if (inner.size > 0) return inner;
  // Nothing looks like a policy: an object that may be options with a mistake is used, and core names the mistake.
  const objects = unique([...named].filter(([, value]) => isRecord(value)));
  const isClear = objects.size === 1 || isRecord(named.get('default'));
  return isClear ? new Map([...objects].filter(([name]) => objects.size === 1 || name === 'default')) : new Map();
}

/** Returns the members of exported objects, such as `clients.billing`. */
function innerExports(named: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const inner = new Map<string, unknown>();
  for (const [name, value] of named) {
    if (!isRecord(value) || isHandle(value) || isPolicy(value)) continue;
    for (const [member, innerValue] of Object.entries(membersOf(value))) inner.set(`${name}.${member}`, innerValue);
  }
  return inner;
}

function unique(entries: readonly (readonly [string, unknown])[]): Map<string, unknown> {
  const nameOf = new Map<unknown, string>();
  for (const [name, value] of entries) if (!nameOf.has(unwrapped(value))) nameOf.set(unwrapped(value), name);
  return new Map([...nameOf].map(([value, name]) => [name, value]));
}

/** Option names that hardly any other object has. */
const TELLING: ReadonlySet<string> = new Set(
  Object.keys(defaults).filter((option) => !['name', 'mode'].includes(option)),
);

function looksLikeOptions(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).some((name) => TELLING.has(name));
}

function isRecord(value: unknown): value is ModuleExports {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function listed(named: ReadonlyMap<string, unknown>): string {
  return named.size === 0 ? 'it exports nothing' : `its exports: ${[...named.keys()].join(', ')}`;
}
