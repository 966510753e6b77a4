import type { GotHooks } from '../got-types.js';

/** Runs a function as part of the attempt under way. */
export type RunInside = <T>(fn: () => T) => T;

type RedirectHook = GotHooks['beforeRedirect'][number];

/**
 * Makes the user's `beforeRedirect` hooks part of the attempt. Of all hooks these alone run while it is under way: a
 * call of theirs under the same key must not wait for the probe or the place that the attempt holds.
 */
export function nestHooks({ beforeRedirect }: GotHooks, inside: RunInside): void {
  for (const [index, hook] of beforeRedirect.entries()) beforeRedirect[index] = nested(hook, inside);
}

/** Restores the user's own hooks. */
export function unnestHooks({ beforeRedirect }: GotHooks): void {
  for (const [index, hook] of beforeRedirect.entries()) {
    const { [USERS_OWN]: own } = hook as NestedHook;
    if (own !== undefined) beforeRedirect[index] = own;
  }
}

interface NestedHook extends RedirectHook {
  [USERS_OWN]?: RedirectHook;
}

/** The mark is the same in all copies of this package. */
const USERS_OWN: unique symbol = Symbol.for('breakwater.got.nested-hook.1');

function nested(hook: RedirectHook, inside: RunInside): RedirectHook {
  const nestedHook: NestedHook = (options, response) => inside(() => hook(options, response));
  nestedHook[USERS_OWN] = hook;
  return nestedHook;
}
