import type { BreakerPermit, BreakerState } from '../breaker/state.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { CallContext } from './call-context.js';
import type { Decision, Permit } from './session.js';

/**
 * A permit, and what it holds until it is settled. It serves as its own admission, which saves an object per attempt.
 */
export class AttemptPermit implements Permit {
  readonly admitted = true;
  readonly attempt: number;
  readonly pass: BreakerPermit | undefined;
  /** The limit in which it holds a slot. */
  readonly limit: AttemptLimit | undefined;
  readonly startedMs: number;
  /** Undefined until it is settled. */
  decision: Decision | undefined;
  /** The breaker whose probe it holds. */
  readonly probed: BreakerState | undefined;

  constructor(
    attempt: number,
    pass: BreakerPermit | undefined,
    limit: AttemptLimit | undefined,
    startedMs: number,
    breaker: BreakerState | undefined,
  ) {
    this.attempt = attempt;
    this.pass = pass;
    this.limit = limit;
    this.startedMs = startedMs;
    this.decision = undefined;
    this.probed = pass?.lease === undefined ? undefined : breaker;
  }

  get permit(): Permit {
    return this;
  }
}

/** Gives a call the permit for its next attempt, which begins now. */
export function newPermit(
  state: CallContext,
  pass: BreakerPermit | undefined,
  limit: AttemptLimit | undefined,
  nowMs: number,
): AttemptPermit {
  return new AttemptPermit(state.log.attemptBegan(), pass, limit, nowMs, state.breaker?.state);
}
