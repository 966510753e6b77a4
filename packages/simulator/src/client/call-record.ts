/** Result of a call: an answer below 400, a failure of the server or network, or a refusal by a policy. */
export type CallEnd = 'answered' | 'failed' | 'refused';

/** One call, from its beginning to its end. */
export interface CallRecord {
  readonly client: string;
  /** From 0, in the order in which the client's calls began. */
  readonly index: number;
  readonly key: string;
  readonly route: string | undefined;
  readonly tenant: number;
  readonly startedMs: number;
  /** Start of the first attempt; undefined if there was none. */
  readonly firstAttemptMs: number | undefined;
  readonly endedMs: number;
  readonly attempts: number;
  readonly end: CallEnd;
  /** The error's code if the call ended with an error. */
  readonly code: string | undefined;
  /** The answer's status if the call ended with an answer. */
  readonly status: number | undefined;
}

/** One attempt, as it begins. */
export interface AttemptRecord {
  readonly client: string;
  readonly key: string;
  readonly server: string;
  readonly atMs: number;
  /** From 1. */
  readonly attempt: number;
}
