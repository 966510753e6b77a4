import type { Policy } from '@breakwater/core';

/** Keeps `degraded` up to date with the policy's store from now on. The returned function ends that. */
export function watchStore(policy: Policy, degraded: WeakSet<Policy>): () => void {
  const undo = policy.on('store', ({ status }) => {
    if (status === 'degraded') degraded.add(policy);
    else if (status === 'restored') degraded.delete(policy);
  });
  return () => {
    undo();
    degraded.delete(policy);
  };
}
