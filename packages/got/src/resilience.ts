import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { isPolicy, processWide, runDriven } from '@breakwater/core/adapter';
import { GotCall } from './call/got-call.js';
import type { GotOptions, GotResult } from './got-types.js';
import { install, uninstall } from './hooks.js';
import { watchPromise } from './observe/watch-promise.js';
import { watchStream } from './observe/watch-stream.js';
import { requestedMode, requestResilience } from './request-options.js';

/** Argument of `got.extend`. */
export interface GotExtension {
  /** One handler. got calls it once per call. */
  readonly handlers: GotHandler[];
}

/** A handler for any release of got: it passes on its options and returns the result. */
export type GotHandler = <Options, Result>(options: Options, next: (options: Options) => Result) => Result;

/**
 * Makes every call of a got instance resilient: `got.extend(resilience(policy))`.
 *
 * got still runs its own loop, so `.json()`, streams, pagination, hooks, `cancel()`, `signal`, redirects and `timeout`
 * work as usual. The policy decides if and when it retries, and refuses attempts while a circuit is open. When retrying
 * ends without success, the caller gets the last attempt's own error or response.
 *
 * A policy may be shared with other instances and other clients. If an instance is extended more than once, the last
 * policy applies. A request may have its own options under `context.resilience`, see {@link RequestResilience}.
 *
 * @param policyOrOptions - a policy, or the options of a new one
 * @throws TypeError or RangeError for invalid options
 */
export function resilience(policyOrOptions: Policy | PolicyOptions = {}): GotExtension {
  const policy = isPolicy(policyOrOptions) ? policyOrOptions : createPolicy(policyOrOptions);
  const handler: GotHandler = (options, next) => handle(policy, options as GotOptions | undefined, () => next(options));
  policies.set(handler, policy);
  return { handlers: [handler] };
}

/** The policies of handlers, for tools that are given an instance. Shared by ESM and CommonJS. */
const policies = processWide('got.handlers.1', () => new WeakMap<object, Policy>());

function handle<T>(policy: Policy, options: GotOptions | undefined, next: () => T): T {
  // got reports options that it cannot read itself.
  if (options === undefined) return next();
  uninstall(options);
  const wanted = requestResilience(options);
  if (wanted === false || requestedMode(wanted, policy) === 'off') return next();
  const call = new GotCall(policy, wanted, options);
  install(options, call);
  const result = runDriven(next);
  // An inner handler may belong to a later policy.
  if (!call.isReplaced) watch(result, call, options);
  return result;
}

function watch(result: unknown, call: GotCall, options: GotOptions): void {
  const { then, emit } = (result ?? {}) as Partial<GotResult>;
  if (typeof then === 'function') watchPromise(result as GotResult, call, options);
  else if (typeof emit === 'function') watchStream(result as GotResult, call);
}
