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
   * Detaches the policy from the instance. Does nothing if it is detached already or has been replaced. Requests that
   * wait for a retry end with the answer that they have, and those that wait for a cool-down or a slot are sent at
   * once.
   */
  detach(): void;
}

/**
 * Takes every request of an axios instance through a policy: a given one, or a new one with these options.
 *
 * Interceptors and transforms run once per request, not per attempt. Attaching again replaces the policy, unless the
 * options are equal: then the attached policy stays, with everything it has learned, and its handle is returned. Attach
 * before other request interceptors are added, because one that sets `config.adapter` would replace this. Instances
 * made by `instance.create()` have no interceptors, and so no policy: see {@link createChild}.
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
  // Code that attaches before each call would otherwise lose its breaker, budget and cool-downs each time.
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
      // Older releases reuse ids after `interceptors.request.clear()`.
      if (isRegistered(request, interceptor)) request.eject(id);
    },
  };
  handles.set(instance, handle);
  if (!isPolicy(policyOrOptions)) sources.set(handle, copyOfOptions(policyOrOptions));
  return handle;
}

/** The options from which a handle's own policy was made. */
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
 * Does the same as `parent.create(config)`, with the parent's policy attached to the new instance: both share breakers,
 * budget and cool-downs.
 *
 * @throws TypeError if nothing is attached to the parent
 */
export function createChild(parent: AxiosTarget, config?: AxiosRequestConfig): AxiosInstance {
  const handle = handles.get(parent);
  if (handle === undefined) throw new TypeError('parent must be an instance that a policy is attached to');
  // Instances have had `create` since 0.22, but their types only since 1.8.
  const child = (parent as AxiosStatic).create(config as CreateAxiosDefaults);
  attachResilience(child, handle.policy);
  return child;
}

/** Shared by ESM and CommonJS, so that attaching from both attaches once. */
const handles = processWide('axios.handles.1', () => new WeakMap<object, ResilienceHandle>());

/**
 * Returns a request interceptor that never throws, because most releases of axios turn the error of an interceptor into
 * another one or ignore it.
 */
function interceptorFor(
  policy: Policy,
  releaser: Releaser,
  copy: AxiosCopy | undefined,
): (config: RequestConfig) => RequestConfig {
  let last: { readonly underlying: unknown; readonly adapter: Adapter } | undefined;
  // The adapter of one request may refer to data of that request, so nothing here keeps it after the request.
  const adapters = new WeakMap<object, Adapter>();
  const adapterFor = (given: unknown): Adapter => {
    // Looked up before it is unwrapped: a wrapped adapter is not a wrapper itself.
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
    // An interceptor did not return the config, for which axios has an error of its own.
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

/**
 * Compares by content if need be: almost all requests of an instance have the same adapter, but each has its own array.
 */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((entry, index) => entry === b[index]);
}

/** Tells if this is the name of an adapter, a list of names, or nothing. */
function holdsNames(underlying: unknown): boolean {
  return Array.isArray(underlying) ? underlying.every((entry) => typeof entry === 'string') : true;
}

function isRegistered({ handlers }: RequestInterceptors, interceptor: unknown): boolean {
  return handlers === undefined || handlers.some((handler) => handler?.fulfilled === interceptor);
}
