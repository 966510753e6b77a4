import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

const MAX_HOST = 80;
/** Separates the name from the part that makes the id unique. */
const MARK = '/';
/** Characters that have a meaning in the answers of the scripts or in ids. */
const SPECIAL = /[\s,/%]/g;

/** Number of the process's stores without a name from the user, counted over all copies of this module. */
const unnamed = Symbol.for('breakwater.redis.unnamedStores');

/**
 * Returns the name of this process for operators: its host, which is the pod in Kubernetes, and its process id. Further
 * stores of the same process have a number: their evidence is counted apart.
 */
export function defaultInstanceName(): string {
  const counter = globalThis as { [unnamed]?: number };
  counter[unnamed] = (counter[unnamed] ?? 0) + 1;
  const count = counter[unnamed];
  return `${hostName()}:${process.pid}${count === 1 ? '' : `#${count}`}`;
}

/**
 * Returns an id of its own for each store, also if another has the same name: a pod that restarts keeps its name, and
 * must not take over the leases of the process before it.
 */
export function instanceIdFor(name: string): string {
  return `${name.replace(SPECIAL, encodeURIComponent)}${MARK}${randomUUID().slice(0, 8)}`;
}

/** Returns the name in an id. An id without a name is returned as it is. */
export function instanceNameIn(id: string): string {
  const end = id.lastIndexOf(MARK);
  if (end <= 0) return id;
  try {
    return decodeURIComponent(id.slice(0, end));
  } catch {
    return id;
  }
}

/** Returns the name of the host. Some runtimes need a permission for it. */
function hostName(): string {
  try {
    return hostname().slice(0, MAX_HOST) || 'host';
  } catch {
    return 'host';
  }
}
