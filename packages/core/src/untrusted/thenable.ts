/** Tells if a value may settle later, as a promise of any kind does. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}

/** Marks the rejection of a promise as handled: a user's function returned it, and nothing waits for it. */
export function ignoreRejection(value: unknown): void {
  if (isThenable(value)) value.then(undefined, () => {});
}
