import type { Policy } from '@breakwater/core';

/** Whether it is a policy, of this copy of core or another, rather than the options of one. */
export function isPolicy(value: unknown): value is Policy {
  return typeof (value as { executeWith?: unknown } | null | undefined)?.executeWith === 'function';
}
