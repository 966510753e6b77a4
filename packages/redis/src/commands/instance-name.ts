import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

const MAX_HOST = 80;
/** Stands between the name and the part that makes the id unique. */
const MARK = '/';
/** Characters that have a meaning in the scripts' answers, or here. */
const SPECIAL = /[\s,/%]/g;

/** Stores of this process that have no name of the user's. One count for all copies of this module. */
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

/** Returns the name in an id, or the id itself if there is none in it. */
export function instanceNameIn(id: string): string {
  const end = id.lastIndexOf(MARK);
  if (end <= 0) return id;
  try {
    return decodeURIComponent(id.slice(0, end));
  } catch {
    return id;
  }
}

/** Some runtimes tell the host's name only with a permission. */
function hostName(): string {
  try {
    return hostname().slice(0, MAX_HOST) || 'host';
  } catch {
    return 'host';
  }
}
