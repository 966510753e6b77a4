import { createPolicy, type Policy, type PolicyOptions } from '@breakwater/core';
import { isPolicy, processWide, Releaser } from '@breakwater/core/adapter';
import type { AxiosInstance, AxiosRequestConfig, AxiosStatic, CreateAxiosDefaults } from 'axios';
import { resilientAdapter, unwrapped } from './adapter.js';
import { otherCopyOf } from './axios-copy.js';
import {
  type Adapter,
  type AxiosCopy,
  type AxiosTarget,
  checkInstance,
  type RequestConfig,
  type RequestInterceptors,
} from './axios-types.js';
import { copyOfOptions, sameOptions } from './same-options.js';

/** Connection between a policy and an instance. */
export interface ResilienceHandle {
  readonly policy: Policy;
  /**
   * Takes the policy off the instance; does nothing when it is off already, or has been replaced. Requests that wait
   * for a retry end with the answer that they have, and those that wait for a cool-down or a place are sent at once.
   */
  detach(): void;
}

/**
 * Takes every request of an axios instance through a policy: one that is given, or a new one of these options.
 *
 * Interceptors and transforms run once per request, not per attempt. Attaching again replaces, unless the options are
 * equal: then the policy that is attached stays, with all it has learned, and its handle is returned. Attach before
 * other request interceptors are added: one of those that sets `config.adapter` would otherwise put it in place of
 * this. Instances that are made by `instance.create()` have no interceptors, and so no policy: see {@link createChild}.
 *
 * The instance may be of another copy of axios than the one that this package loads: its own adapters and errors are
 * used.
 *
 * @throws TypeError or RangeError for bad options, naming option, rule and value; TypeError for axios 1.2 to 1.4 and
 * before 0.27
 */
export function attachResilience(
  instance: AxiosTarget,
  policyOrOptions: Policy | PolicyOptions = {},
): ResilienceHandle {
  checkInstance(instance);
  const attached = handles.get(instance);
  // A set-up that runs for each call would lose its breaker, its budget and its cool-downs each time.
  if (attached !== undefined && madeFrom(attached, policyOrOptions)) return attached;
  const copy = otherCopyOf(instance);
  const policy = isPolicy(policyOrOptions) ? policyOrOptions : createPolicy(policyOrOptions);
  attached?.detach();

  const request = instance.interceptors.request as RequestInterceptors;
  const releaser = new Releaser();
  const interceptor = interceptorFor(policy, releaser, copy);
  const id = request.use(interceptor, undefined, { synchronous: true });
  const handle: ResilienceHandle = {
    policy,
    detach() {
      if (handles.get(instance) !== handle) return;
      handles.delete(instance);
      releaser.release();
      // Ids are used again after `interceptors.request.clear()` in older releases.
      if (isRegistered(request, interceptor)) request.eject(id);
    },
  };
  handles.set(instance, handle);
  if (!isPolicy(policyOrOptions)) sources.set(handle, copyOfOptions(policyOrOptions));
  return handle;
}

/** The options that a handle's own policy was made from. */
const sources = new WeakMap<ResilienceHandle, PolicyOptions>();

function madeFrom(handle: ResilienceHandle, policyOrOptions: Policy | PolicyOptions): boolean {
  const source = sources.get(handle);
  return source === undefined ? handle.policy === policyOrOptions : sameOptions(source, policyOrOptions);
}

/** Returns the handle of an instance; undefined if nothing is attached to it. */
export function resilienceOf(instance: AxiosTarget): ResilienceHandle | undefined {
  return handles.get(instance);
}

/**
 * Like `parent.create(config)`, with the parent's policy attached to the new instance: both share breakers, budget and
 * cool-downs.
 *
 * @throws TypeError if nothing is attached to the parent
 */
export function createChild(parent: AxiosTarget, config?: AxiosRequestConfig): AxiosInstance {
  const handle = handles.get(parent);
  if (handle === undefined) throw new TypeError('parent must be an instance that a policy is attached to');
  // Instances have had it since 0.22, their types only since 1.8.
  const child = (parent as AxiosStatic).create(config as CreateAxiosDefaults);
  attachResilience(child, handle.policy);
  return child;
}

/** One for ESM and CommonJS: attaching from both must not multiply. */
const handles = processWide('axios.handles.1', () => new WeakMap<object, ResilienceHandle>());

/** Never throws: what an interceptor throws has become other errors, or nothing at all, in most releases of axios. */
function interceptorFor(
  policy: Policy,
  releaser: Releaser,
  copy: AxiosCopy | undefined,
): (config: RequestConfig) => RequestConfig {
  let last: { readonly underlying: unknown; readonly adapter: Adapter } | undefined;
  // An adapter of one request may hold what that request is about. Nothing here keeps it after the request.
  const adapters = new WeakMap<object, Adapter>();
  const adapterFor = (given: unknown): Adapter => {
    // Before it is unwrapped: what has a wrapper here is none itself.
    const known = typeof given === 'function' ? adapters.get(given) : undefined;
    if (known !== undefined) return known;
    const underlying = unwrapped(given);
    if (typeof underlying === 'function') {
      const adapter = resilientAdapter(policy, underlying, releaser, copy);
      adapters.set(underlying, adapter);
      return adapter;
    }
    if (last !== undefined && isSame(underlying, last.underlying)) return last.adapter;
    const adapter = resilientAdapter(policy, underlying, releaser, copy);
    if (holdsNames(underlying)) last = { underlying, adapter };
    return adapter;
  };
  return (config) => {
    // An interceptor that forgot to return the config: axios has its own words for that.
    if (typeof config !== 'object' || config === null) return config;
    const adapter = adapterFor(config.adapter);
    try {
      config.adapter = adapter;
      return config;
    } catch {
      // Another interceptor may have frozen it.
      return Object.assign(Object.create(Object.getPrototypeOf(config)), config, { adapter });
    }
  };
}

/** Almost all requests of an instance have one adapter, but each has an array of its own for it. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, index) => entry === b[index]);
}

/** Tells if this is an adapter's name, a list of names, or nothing. */
function holdsNames(underlying: unknown): boolean {
  return Array.isArray(underlying) ? underlying.every((entry) => typeof entry === 'string') : true;
}

function isRegistered({ handlers }: RequestInterceptors, interceptor: unknown): boolean {
  return handlers === undefined || handlers.some((handler) => handler?.fulfilled === interceptor);
}
