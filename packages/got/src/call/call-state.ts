import type { Policy } from '@breakwater/core';
import type { GotOptions } from '../got-types.js';
import type { RequestResilience } from '../request-options.js';
import { UserDelay } from '../user/user-calculate-delay.js';
import { CallEnding } from './call-ending.js';
import type { CallRun } from './call-run.js';
import { InFlight } from './in-flight.js';
import { TimeLimit } from './time-limit.js';

/** The state of one call, which got's hooks and events share. */
export class CallState {
  readonly policy: Policy;
  readonly wanted: RequestResilience | undefined;
  readonly userDelay: UserDelay;
  readonly inFlight = new InFlight();
  readonly ending = new CallEnding();
  /** Undefined if there is none. */
  readonly timeLimit: TimeLimit | undefined;
  run: CallRun | undefined;
  /** Number of attempts of earlier runs: the user of a stream may continue after the call seemed to be over. */
  attemptsBefore = 0;
  /** Set if a user's `beforeRequest` hook has answered in place of the server. */
  isAnsweredByHook = false;

  constructor(policy: Policy, wanted: RequestResilience | undefined, options: GotOptions) {
    this.policy = policy;
    this.wanted = wanted;
    this.userDelay = new UserDelay(options.retry);
    this.timeLimit = hasTimeLimits(policy, wanted) ? new TimeLimit(policy.settings.clock) : undefined;
  }
}

/** Tells if the call may have time limits. Those of its session are not known yet. */
function hasTimeLimits({ settings }: Policy, wanted: RequestResilience | undefined): boolean {
  const { attemptMs, totalMs } = settings.timeouts;
  return attemptMs !== undefined || totalMs !== undefined || wanted?.timeouts !== undefined;
}
