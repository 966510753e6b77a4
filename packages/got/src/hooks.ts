import { GotCall } from './call/got-call.js';
import type { BeforeRequestHook, GotError, GotHooks, GotOptions, GotResponse, RetryInput } from './got-types.js';
import { limitHooks, unlimitHooks } from './user/limited-hooks.js';
import { nestHooks, unnestHooks } from './user/nested-hooks.js';

/**
 * Adds hooks to the options of a call, which are its own copy. `beforeRequest` and `beforeRetry` hooks come last,
 * `afterResponse` and `beforeError` hooks first, so that no user hook is between an attempt and the call.
 */
export function install(options: GotOptions, call: GotCall): void {
  const { hooks, retry } = options;
  const { timeLimit } = call;
  if (hooks.beforeRedirect.length > 0) nestHooks(hooks, (fn) => call.insideAttempt(fn));
  if (timeLimit !== undefined) {
    limitHooks(hooks, (pending) => timeLimit.raceHook(pending));
    hooks.beforeRedirect.unshift(onBeforeRedirect);
  }
  // The user's hooks that sign a request see the idempotency key, and the time limits apply to them too.
  hooks.beforeRequest =
    hooks.beforeRequest.length === 0
      ? [onlyBeforeRequest(call)]
      : [firstBeforeRequest(call), ...hooks.beforeRequest, onLastBeforeRequest];
  hooks.afterResponse = [onFirstAfterResponse, ...hooks.afterResponse];
  // A spread into an array makes room for more.
  hooks.beforeRetry = hooks.beforeRetry.length === 0 ? [onBeforeRetry] : [...hooks.beforeRetry, onBeforeRetry];
  hooks.beforeError = [onBeforeError, ...hooks.beforeError];
  retry.calculateDelay = onCalculateDelay;
  // It would hide failures that got's own rules do not retry. Unknown keys throw when got reads these options again.
  if (retry.enforceRetryRules !== undefined) retry.enforceRetryRules = false;
}

/** Removes the hooks of an earlier installation from the options: of an outer one, or of the previous page. */
export function uninstall(options: GotOptions): void {
  const owner = ownerIn(options);
  if (owner === undefined) return;
  for (const name of HOOKS) removeOwned(options.hooks[name]);
  unlimitHooks(options.hooks);
  unnestHooks(options.hooks);
  owner.release(options);
}

const HOOKS = ['beforeRequest', 'beforeRedirect', 'afterResponse', 'beforeRetry', 'beforeError'] as const;

/** The call whose hooks some options have. */
interface Owner {
  release(options: GotOptions): void;
}

/**
 * Marks this package's hooks. Only one of them is made for each call and carries it: got copies options for every
 * attempt and every redirect, and all copies share the hooks. The mark is the same in all copies of this package.
 */
const OWNER: unique symbol = Symbol.for('breakwater.got.owner.2');

interface OwnedHook {
  [OWNER]?: Owner | undefined;
}

function firstBeforeRequest(call: GotCall): BeforeRequestHook {
  const hook: BeforeRequestHook & OwnedHook = (options, context) => {
    enclose(options.hooks.afterResponse);
    call.onFirstBeforeRequest(options, context);
  };
  hook[OWNER] = call;
  return hook;
}

/** Serves as the first hook and the last, because got waits a turn of the event queue for each hook. */
function onlyBeforeRequest(call: GotCall): BeforeRequestHook {
  const hook: BeforeRequestHook & OwnedHook = (options, context) => {
    enclose(options.hooks.afterResponse);
    return call.onOnlyBeforeRequest(options, context);
  };
  hook[OWNER] = call;
  return hook;
}

const onLastBeforeRequest = owned((options: GotOptions) => callIn(options)?.onLastBeforeRequest(options));
const onBeforeRedirect = owned((options: GotOptions, response: GotResponse) =>
  callIn(options)?.onBeforeRedirect(response),
);
const onFirstAfterResponse = owned((response: GotResponse) => {
  const { options } = response.request;
  callIn(options)?.onFirstAfterResponse(response, options.hooks.afterResponse.length === 1);
  return response;
});
/** The response may be one that the user's hooks have made. */
const onLastAfterResponse = owned((response: GotResponse) => {
  const options = (response as Partial<GotResponse>).request?.options;
  if (options !== undefined) callIn(options)?.onLastAfterResponse(response);
  return response;
});
const onCalculateDelay = owned(
  (input: RetryInput) => callOf(input.error)?.onCalculateDelay(input) ?? input.computedValue,
);
const onBeforeRetry = owned((error: GotError) => callOf(error)?.onBeforeRetry(error));
const onBeforeError = owned((error: GotError) => callOf(error)?.onBeforeError(error) ?? error);

/**
 * Puts this package's `afterResponse` hooks around the user's, to which an inner handler may have added some. If a hook
 * asks for another request, got drops it and all later ones, and since 16 all of them.
 */
function enclose(hooks: GotHooks['afterResponse']): void {
  if (hooks[0] !== onFirstAfterResponse) hooks.unshift(onFirstAfterResponse);
  if (hooks.length === 1 || hooks.at(-1) === onLastAfterResponse) return;
  const before = hooks.indexOf(onLastAfterResponse);
  if (before >= 0) hooks.splice(before, 1);
  hooks.push(onLastAfterResponse);
}

function owned<F extends object>(hook: F): F {
  (hook as OwnedHook)[OWNER] = undefined;
  return hook;
}

function callOf({ options, request }: GotError): GotCall | undefined {
  const latest = request?.options ?? options;
  return latest && callIn(latest);
}

function callIn(options: GotOptions): GotCall | undefined {
  const owner = ownerIn(options);
  return owner instanceof GotCall ? owner : undefined;
}

function ownerIn({ hooks: { beforeRequest } }: GotOptions): Owner | undefined {
  for (let index = 0; index < beforeRequest.length; index += 1) {
    const owner = (beforeRequest[index] as OwnedHook)[OWNER];
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function removeOwned(hooks: GotHooks[keyof GotHooks]): void {
  for (let index = hooks.length - 1; index >= 0; index -= 1) {
    if (OWNER in (hooks[index] as OwnedHook)) hooks.splice(index, 1);
  }
}
