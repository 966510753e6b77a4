import type { Policy } from '@breakwater/core';
import { isPolicy, processWide } from '@breakwater/core/adapter';
import { membersOf } from './members.js';

/**
 * Returns the policy of an axios instance that it is attached to, or of a got instance that is extended with it; else
 * undefined.
 */
export function policyOfClient(value: unknown): Policy | undefined {
  if (typeof value !== 'function') return undefined;
  const { defaults } = membersOf(value, ['defaults']);
  const attached = handles().get(value)?.policy ?? policyOfHandlers(membersOf(defaults, ['handlers']).handlers);
  return isPolicy(attached) ? attached : undefined;
}

/** If an instance is extended more than once, the last one holds. */
function policyOfHandlers(handlers: unknown): unknown {
  if (!Array.isArray(handlers)) return undefined;
  const policies = handlers.map((handler) => extensions().get(handler as object));
  return policies.filter((policy) => policy !== undefined).at(-1);
}

/** The tables that the adapters keep. A module that is explained has loaded them, if any. */
const handles = () => processWide('axios.handles.1', () => new WeakMap<object, { readonly policy: unknown }>());
const extensions = () => processWide('got.handlers.1', () => new WeakMap<object, unknown>());
