import type { OutcomeInfo } from '../outcome/outcome.js';

/** The call that `shouldRetry`, `isFailure`, `keyOf` or `attributesOf` decides about. */
export interface CallInfo {
  /** Undefined in `keyOf`, which returns it. */
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
