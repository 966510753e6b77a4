import type { BreakerState } from '../breaker/state.js';
import { processWide } from '../host/process-wide.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { AttemptPermit } from './permit.js';

/**
 * An attempt that holds a probe or a slot. Calls within it must not wait for that, since they would wait for each
 * other.
 */
export interface AttemptScope {
  readonly permit: AttemptPermit;
  readonly outer: AttemptScope | undefined;
}

/**
 * Returns the scope of an attempt that holds a probe, or a slot under a cap. Undefined for any other, so that calls of
 * a healthy key cost nothing.
 */
export function scopeOf(permit: AttemptPermit, signal: AbortSignal | undefined): AttemptScope | undefined {
  // An attempt that has ended holds nothing, and its scope would never be ended.
  if (permit.decision !== undefined) return undefined;
  if (permit.probed === undefined && permit.limit?.cap === undefined) return undefined;
  return { permit, outer: enclosing(signal) };
}

/**
 * Calls `fn` so that the calls made in it are recognised as nested. If the host can follow a function, this holds also
 * after `fn` has waited. `endScope` must be called when the attempt ends.
 */
export function runInside<T>(scope: AttemptScope, fn: () => T): T {
  const before = host.current;
  if (host.storage !== undefined) host.follow(scope.permit);
  host.current = scope;
  try {
    return host.storage === undefined ? fn() : host.storage.run(scope, fn);
  } finally {
    host.current = before;
  }
}

/**
 * Ends what `runInside` began. Following functions slows down every promise of the process, on Node 20 until it is
 * switched off. So it lasts only as long as such attempts.
 */
export function endScope(permit: AttemptPermit): void {
  host.unfollow(permit);
}

/** Lets calls that get the attempt's own signal be recognised as nested. This works on every host. */
export function markSignal(signal: AbortSignal, scope: AttemptScope): void {
  host.signals.set(signal, scope);
}

/** Tells if a call is made within an attempt that holds a probe of this breaker. */
export function isInsideProbe(signal: AbortSignal | undefined, breaker: BreakerState): boolean {
  return isInside(signal, (permit) => permit.probed === breaker && permit.pass?.generation === breaker.generation);
}

/** Tells if a call is made within an attempt that holds a slot under this limit. */
export function isInsideLimit(signal: AbortSignal | undefined, limit: AttemptLimit): boolean {
  return isInside(signal, (permit) => permit.limit === limit);
}

function isInside(signal: AbortSignal | undefined, holds: (permit: AttemptPermit) => boolean): boolean {
  for (let scope = enclosing(signal); scope !== undefined; scope = scope.outer) {
    if (scope.permit.decision === undefined && holds(scope.permit)) return true;
  }
  return false;
}

function enclosing(signal: AbortSignal | undefined): AttemptScope | undefined {
  return (signal && host.signals.get(signal)) ?? host.storage?.getStore() ?? host.current;
}

interface Storage {
  run<T>(scope: AttemptScope, fn: () => T): T;
  getStore(): AttemptScope | undefined;
  disable(): void;
}

/**
 * Has no properties of its own, only private ones: between suites jest replaces those of what is in a global, and an
 * attempt that is collected later could no longer be counted.
 */
class Nesting {
  /** Follows a function through its waits. Undefined on hosts without that ability, such as browsers. */
  readonly #storage = hostStorage();
  readonly #signals = new WeakMap<AbortSignal, AttemptScope>();
  /** Attempts whose functions `storage` is following. Held weakly, since an attempt may hang and be forgotten. */
  readonly #open = new WeakSet<AttemptPermit>();
  /** Number of those attempts. */
  #followed = 0;
  /** Tells of attempts that were garbage-collected without an end. Undefined on hosts that cannot tell. */
  readonly #lost =
    typeof FinalizationRegistry === 'undefined'
      ? undefined
      : new FinalizationRegistry<undefined>(() => this.#oneLess());
  #current: AttemptScope | undefined;

  get storage(): Storage | undefined {
    return this.#storage;
  }

  get signals(): WeakMap<AbortSignal, AttemptScope> {
    return this.#signals;
  }

  /** The scope of the function that is running now, until its first wait. */
  get current(): AttemptScope | undefined {
    return this.#current;
  }

  set current(scope: AttemptScope | undefined) {
    this.#current = scope;
  }

  follow(permit: AttemptPermit): void {
    if (this.#open.has(permit)) return;
    this.#open.add(permit);
    this.#followed += 1;
    this.#lost?.register(permit, undefined, permit);
  }

  unfollow(permit: AttemptPermit): void {
    if (this.#followed === 0 || !this.#open.delete(permit)) return;
    this.#lost?.unregister(permit);
    this.#oneLess();
  }

  #oneLess(): void {
    this.#followed -= 1;
    if (this.#followed === 0) this.#storage?.disable();
  }
}

const host = processWide('nesting.4', () => new Nesting());

interface HostProcess {
  getBuiltinModule?(name: string): { readonly AsyncLocalStorage: new () => Storage } | undefined;
}

/** Gets the module from the process rather than by an import, since the core runs in browsers too. */
function hostStorage(): Storage | undefined {
  const { process } = globalThis as { process?: HostProcess };
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? undefined : new hooks.AsyncLocalStorage();
}
