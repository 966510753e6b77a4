import type { GotCall } from './call/got-call.js';
import type { GotHooks, GotOptions } from './got-types.js';

/**
 * Adds a call's hooks to its options, which are a copy of its own: so that nothing of the user's is between an attempt and what
 * is told of it, `beforeRequest` and `beforeRetry` last, `afterResponse` and `beforeError` first.
 */
export function install(options: GotOptions, call: GotCall): void {
  const { hooks, retry } = options;
  const { calculateDelay, enforceRetryRules } = retry;
  const owner: Owner = {
    release(current) {
      call.isReplaced = true;
      call.takeBackKey(current);
      current.retry.calculateDelay = calculateDelay;
      if (enforceRetryRules !== undefined) current.retry.enforceRetryRules = enforceRetryRules;
    },
  };
  const ours = <F extends object>(hook: F): F => Object.assign(hook, { [OWNER]: owner });
  // The user's hooks that sign a request see the idempotency key, and the deadline holds for them too.
  hooks.beforeRequest.unshift(ours((current) => call.begin(current)));
  hooks.beforeRequest.push(ours((current) => call.admit(current)));
  hooks.afterResponse.unshift(ours((response) => call.answered(response)));
  hooks.beforeRetry.push(ours((error) => call.retried(error)));
  hooks.beforeError.unshift(ours((error) => call.failed(error)));
  retry.calculateDelay = ours((input) => call.delay(input));
  // It would keep from us what got's own rules do not retry. Unknown keys throw, where got reads these options again.
  if (enforceRetryRules !== undefined) retry.enforceRetryRules = false;
}

/** Takes what an earlier installation has added off the options: one further out, or the one of the page before. */
export function uninstall(options: GotOptions): void {
  for (const name of ['beforeRequest', 'afterResponse', 'beforeRetry', 'beforeError'] as const) {
    withoutOurs(options.hooks[name]);
  }
  ownerOf(options.retry.calculateDelay)?.release(options);
}

/** Whose hook it is. The brand holds across copies of this package. */
interface Owner {
  release(options: GotOptions): void;
}

const OWNER = Symbol.for('breakwater.got.owner.1');

function ownerOf(hook: object): Owner | undefined {
  return (hook as { [OWNER]?: Owner })[OWNER];
}

function withoutOurs(hooks: GotHooks[keyof GotHooks]): void {
  for (let index = hooks.length - 1; index >= 0; index -= 1) {
    const hook = hooks[index];
    if (hook !== undefined && ownerOf(hook) !== undefined) hooks.splice(index, 1);
  }
}
