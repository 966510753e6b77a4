/** Counters of a key. */
export interface CallCounts {
  calls: number;
  attempts: number;
  retries: number;
  /** Enforced calls that succeeded by a retry. */
  saved: number;
  rejected: number;
  wouldRetry: number;
  wouldReject: number;
}

export function newCallCounts(): CallCounts {
  return { calls: 0, attempts: 0, retries: 0, saved: 0, rejected: 0, wouldRetry: 0, wouldReject: 0 };
}
