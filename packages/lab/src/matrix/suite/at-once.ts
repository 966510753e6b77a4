/** A backoff for retries that follow at once. */
export const atOnce = { kind: 'constant', baseMs: 1, throttledBaseMs: 1, jitter: 'none' } as const;
