import type { OutcomeInfo } from '../outcome/outcome.js';

/** A call, as `shouldRetry`, `isFailure`, `keyOf` and `attributesOf` see it. */
export interface CallInfo {
  /** Undefined in `keyOf`, which determines it. */
  readonly key: string | undefined;
  /** In upper case; undefined for an `execute` without one. */
  readonly method: string | undefined;
  readonly url: string | undefined;
}

/**
 * Judges an outcome; `undefined` means the policy's own judgement. Must return at once: a promise counts as
 * `undefined`.
 */
export type OutcomePredicate = (outcome: OutcomeInfo, call: CallInfo) => boolean | undefined;
