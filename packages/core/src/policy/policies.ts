import { LiveSet } from '../host/live-set.js';
import { processWide } from '../host/process-wide.js';
import type { Policy } from './policy-port.js';

/** Shared by ESM and CommonJS: each must see the policies that the other has made. */
export const livingPolicies = processWide('policies.1', () => new LiveSet<Policy>());

/**
 * Returns all policies of the process that have been made and not closed, in the order in which they were made.
 * Includes those of other copies of this package, and keeps none of them alive.
 */
export function policies(): readonly Policy[] {
  return livingPolicies.values();
}

/** Listeners for the policies of a process. Their errors are ignored. */
export interface PolicyWatcher {
  /** Called with each policy that exists, and then with each one as it is made. */
  added?(policy: Policy): void;
  /** Called with each policy as it is closed, but not with one that was garbage-collected. */
  removed?(policy: Policy): void;
}

/** Follows the policies of the process, until the returned function is called. */
export function watchPolicies(watcher: PolicyWatcher): () => void {
  const undo = livingPolicies.watch(watcher);
  for (const policy of policies()) {
    try {
      watcher.added?.(policy);
    } catch {
      // Errors are ignored here as well.
    }
  }
  return undo;
}
