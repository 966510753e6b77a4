import type { BeforeRequestHook, GotHooks } from '../got-types.js';

/** Waits for the promise of a hook, at most as long as the call may take. */
export type WaitForHook = (pending: PromiseLike<unknown>) => Promise<unknown>;

/**
 * Puts a time limit on the user's `beforeRequest` hooks. The other hooks need none: they run when there is a request,
 * and destroying that ends the call.
 */
export function limitHooks({ beforeRequest }: GotHooks, wait: WaitForHook): void {
  for (const [index, hook] of beforeRequest.entries()) beforeRequest[index] = limited(hook, wait);
}

/** Restores the user's own hooks. */
export function unlimitHooks({ beforeRequest }: GotHooks): void {
  for (const [index, hook] of beforeRequest.entries()) {
    const { [USERS_OWN]: own } = hook as LimitedHook;
    if (own !== undefined) beforeRequest[index] = own;
  }
}

interface LimitedHook extends BeforeRequestHook {
  [USERS_OWN]?: BeforeRequestHook;
}

/** The mark is the same in all copies of this package. */
const USERS_OWN: unique symbol = Symbol.for('breakwater.got.limited-hook.1');

function limited(hook: BeforeRequestHook, wait: WaitForHook): BeforeRequestHook {
  const limitedHook: LimitedHook = (options, context) => {
    const result = hook(options, context);
    return isThenable(result) ? wait(result) : result;
  };
  limitedHook[USERS_OWN] = hook;
  return limitedHook;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
