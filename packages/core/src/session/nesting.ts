import type { BreakerState } from '../breaker/state.js';
import { processWide } from '../host/process-wide.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { AttemptPermit } from './permit.js';

/** What an attempt holds that calls within it must not wait for: they would wait for the attempt, and it for them. */
export interface AttemptScope {
  readonly permit: AttemptPermit;
  readonly outer: AttemptScope | undefined;
}

/**
 * The scope of an attempt that holds something scarce, a probe or a place under a cap; undefined for any other, so that nothing is
 * spent on the calls of a healthy key.
 */
export function scopeOf(permit: AttemptPermit, signal: AbortSignal | undefined): AttemptScope | undefined {
  // An attempt that has ended holds nothing any more, and nothing would end its scope.
  if (permit.decision !== undefined) return undefined;
  if (permit.probed === undefined && permit.limit?.cap === undefined) return undefined;
  return { permit, outer: enclosing(signal) };
}

/**
 * Calls `fn` so that calls which it makes are known as nested, also after it has waited, if the host can tell. `endScope` must follow
 * when the attempt ends.
 */
export function runInside<T>(scope: AttemptScope, fn: () => T): T {
  const before = host.current;
  if (host.storage !== undefined) host.open.add(scope.permit);
  host.current = scope;
  try {
    return host.storage === undefined ? fn() : host.storage.run(scope, fn);
  } finally {
    host.current = before;
  }
}

/**
 * Ends what `runInside` began. Following functions slows down each promise of the process, and keeps doing so on Node 20 until it is
 * switched off: so it lasts as long as such an attempt does.
 */
export function endScope(permit: AttemptPermit): void {
  if (host.open.size > 0 && host.open.delete(permit) && host.open.size === 0) host.storage?.disable();
}

/** Makes calls known as nested that are given the attempt's own signal: works on every host. */
export function markSignal(signal: AbortSignal, scope: AttemptScope): void {
  host.signals.set(signal, scope);
}

/** Whether a call is made within an attempt that holds a probe of this breaker. */
export function isInsideProbe(signal: AbortSignal | undefined, breaker: BreakerState): boolean {
  return isInside(signal, (permit) => permit.probed === breaker && permit.pass?.generation === breaker.generation);
}

/** Whether a call is made within an attempt that holds a place under this limit. */
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

interface Nesting {
  /** Follows a function through its waits; undefined on hosts that have no such thing, browsers among them. */
  readonly storage: Storage | undefined;
  /** Attempts whose functions `storage` follows. */
  readonly open: Set<AttemptPermit>;
  readonly signals: WeakMap<AbortSignal, AttemptScope>;
  /** The scope whose function is running now, until its first wait. */
  current: AttemptScope | undefined;
}

const host = processWide<Nesting>('nesting.2', () => ({
  storage: hostStorage(),
  open: new Set(),
  signals: new WeakMap(),
  current: undefined,
}));

interface HostProcess {
  getBuiltinModule?(name: string): { readonly AsyncLocalStorage: new () => Storage } | undefined;
}

/** Asked of the process, not imported, since the core runs in browsers too. */
function hostStorage(): Storage | undefined {
  const { process } = globalThis as { process?: HostProcess };
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? undefined : new hooks.AsyncLocalStorage();
}
