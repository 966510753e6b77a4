import { DeadlineExceededError } from '@breakwater/core';
import type { GotOptions } from '../got-types.js';
import { isOneShotBody, mayBeRenewed } from './attempt-body.js';
import { AttemptPlace, hrefOf, mayMove } from './attempt-place.js';
import { beginSession, sendKey } from './begin-session.js';
import { CallEndSignal } from './call-end-signal.js';
import { CallRun } from './call-run.js';
import type { CallState } from './call-state.js';

/** Begins a run of the call: its session, its idempotency key and its deadline. */
export function beginRun(state: CallState, options: GotOptions, context: unknown): CallRun {
  const { policy, wanted, ending } = state;
  const end = new CallEndSignal();
  // If this throws, got must not make another attempt.
  ending.failByUser();
  const beforeAttempt = wanted?.beforeAttempt;
  const isOneShot = isOneShotBody(options.body) && !mayBeRenewed(options, context, wanted);
  const href = hrefOf(options);
  const session = beginSession(
    policy,
    wanted,
    options,
    href,
    end.asAbortSignal,
    isOneShot,
    state.attemptsBefore,
    beforeAttempt && (() => mayMove(beforeAttempt)),
  );
  ending.stop = undefined;
  const run = new CallRun(policy, session, end, options, new AttemptPlace(policy, wanted, href));
  state.run = run;
  run.sentKey = sendKey(policy, session, options);
  const { totalMs } = session.timeouts;
  if (totalMs !== undefined) {
    const expire = (): void => expireRun(state, run, new DeadlineExceededError(session.key, totalMs));
    run.deadline = policy.settings.clock.schedule(expire, totalMs);
  }
  return run;
}

function expireRun({ ending, inFlight, timeLimit }: CallState, run: CallRun, deadline: DeadlineExceededError): void {
  ending.refuse(deadline);
  run.attempts.release('deadline');
  run.attempts.stopReason = 'deadline';
  timeLimit?.end(deadline);
  inFlight.endCall(deadline, ending.answer ?? deadline);
}
