import type { Policy } from '@breakwater/core';
import { isPolicy, processWide } from '@breakwater/core/adapter';
import { membersOf } from './members.js';

/**
 * Returns the policy of a client: one attached to an axios instance, or one with which a got instance is extended.
 * Undefined if there is none.
 */
export function policyOfClient(value: unknown): Policy | undefined {
  if (typeof value !== 'function') return undefined;
  const { defaults } = membersOf(value, ['defaults']);
  const attached = handles().get(value)?.policy ?? policyOfHandlers(membersOf(defaults, ['handlers']).handlers);
  return isPolicy(attached) ? attached : undefined;
}

/** Returns the policy of the last of several extensions. */
function policyOfHandlers(handlers: unknown): unknown {
  if (!Array.isArray(handlers)) return undefined;
  const policies = handlers.map((handler) => extensions().get(handler as object));
  return policies.filter((policy) => policy !== undefined).at(-1);
}

/** The tables that the adapters keep. A module with clients has loaded them. */
const handles = () => processWide('axios.handles.1', () => new WeakMap<object, { readonly policy: unknown }>());
const extensions = () => processWide('got.handlers.1', () => new WeakMap<object, unknown>());
