import type { Admission } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { BeforeAttempt } from '../request-options.js';
import { isUsedUp } from './attempt-body.js';
import type { CallRun } from './call-run.js';
import type { CallState } from './call-state.js';
import { prepareAttempt } from './prepare-attempt.js';

/**
 * Requests an attempt from the policy, and begins it. Returns a promise only if it has to wait. Throws a refusal.
 * `isInPlace`: the session has just begun, with the URL that the attempt is sent to.
 */
export function admitAttempt(
  state: CallState,
  run: CallRun,
  options: GotOptions,
  isInPlace: boolean,
): void | Promise<void> {
  throwIfOver(state, run);
  run.waitEnded();
  const nowMs = run.dueMs(state.policy.settings.clock.now());
  const beforeAttempt = state.wanted?.beforeAttempt;
  if (beforeAttempt !== undefined && run.session.mode === 'enforce') {
    return prepareAndEnter(state, run, beforeAttempt, options, nowMs);
  }
  if (!isInPlace) followPlace(run, options);
  const admission = run.session.admit(nowMs);
  if (!(admission instanceof Promise)) return enter(state, run, admission, options);
  return admission.then((admitted) => enter(state, run, admitted, options));
}

function enter(state: CallState, run: CallRun, admission: Admission, options: GotOptions): void {
  const { attempts } = run;
  // It may have waited until the call was over. In that case the end of the session returns the permit.
  throwIfOver(state, run);
  if (!admission.admitted) throw state.ending.refuseBy(attempts, admission);
  attempts.begin(admission.permit, (error) => {
    state.inFlight.cutAttempt(error);
    state.timeLimit?.interrupt(error);
  });
  state.timeLimit?.hooksEnded();
  run.sentBody = options.body;
}

/**
 * Runs `beforeAttempt` before the attempt has a permit, because a token that it fetches through the same policy may
 * need that permit itself.
 */
async function prepareAndEnter(
  state: CallState,
  run: CallRun,
  prepare: BeforeAttempt,
  options: GotOptions,
  nowMs: number,
): Promise<void> {
  const { ending } = state;
  const { attempts, session } = run;
  followPlace(run, options);
  const refused = await session.approach(nowMs);
  throwIfOver(state, run);
  if (refused !== undefined) throw ending.refuseBy(attempts, refused);
  const timedOut = await prepareAttempt(prepare, options, session, state.timeLimit).catch((error: unknown) => {
    // A call that ran out of time already has its error.
    if (error !== ending.refusal) ending.failByUser();
    throw error;
  });
  throwIfOver(state, run);
  // `mayResend` has removed a used body, so that got lets `beforeAttempt` set a new one.
  const isUsed = timedOut === undefined && isUsedUp(options.body ?? run.sentBody, run.sentBody);
  const { answer } = ending;
  if (answer !== undefined && isUsed) throw ending.endWith(attempts, answer, 'one-shot-body');
  followPlace(run, options, prepare);
  enter(state, run, await session.admit(), options);
  if (timedOut !== undefined) throw attempts.timeOut(timedOut);
}

function followPlace({ place, session }: CallRun, options: GotOptions, by?: BeforeAttempt): void {
  const moved = place.moved(options, by);
  if (moved !== undefined) session.moveTo(moved);
}

function throwIfOver({ ending }: CallState, run: CallRun): void {
  if (run.step === 'over') throw new Error('the call is over');
  if (ending.refusal !== undefined) throw ending.refusal;
}
