import type { Clock } from '../host/clock.js';
import { type HeldBody, holdBody } from '../outcome/held-body.js';
import type { AttemptPermit } from '../session/permit.js';
import type { Admission, Session } from '../session/session.js';
import { type AttemptEnd, CallGuard } from './attempt-context.js';
import { type CallEnd, endBy, finish } from './call-end.js';
import { admitPrepared, type PreparedAdmission } from './prepared-admission.js';
import { begun, type Run, runAttempt } from './run-attempt.js';

/**
 * Makes attempts until one is good enough or the session stops, then ends with the last real answer, unchanged.
 *
 * Nearly all calls consist of one attempt that is admitted at once and answered. They use neither the loop nor an async
 * function, whose frame would cost as much as all the rest. `nowMs` is the time at which the call began.
 */
export function runCall<T>(run: Run<T>, nowMs: number, clock: Clock): Promise<T> {
  const { session } = run;
  if (needsGuard(run)) return guarded(run, nowMs, clock);
  try {
    const admission = session.admit(nowMs);
    if (admission instanceof Promise) return attempts(run, admission, undefined);
    if (!admission.admitted) return refusedAtOnce(session, admission.error);
    return begun(run, admission.permit).then(
      (value) => firstAnswered(run, admission, value),
      (error: unknown) => attempts(run, admission, { kind: 'thrown', error }),
    );
  } catch (error) {
    session.end();
    throw error;
  }
}

/** Continues a call whose first attempt has been made. */
export function continueCall<T>(run: Run<T>, permit: AttemptPermit, ending: AttemptEnd<T>): T | Promise<T> {
  return ending.kind === 'value' ? firstAnswered(run, permit, ending.value) : attempts(run, permit, ending);
}

/** Tells if attempts are raced against a signal or a limit. Without either an attempt is simply awaited. */
function needsGuard({ call, session: { mode, timeouts }, traits }: Run<unknown>): boolean {
  if (mode !== 'enforce') return false;
  if (traits.prepare !== undefined || timeouts.attemptMs !== undefined || timeouts.totalMs !== undefined) return true;
  return call?.signal !== undefined && !traits.endsOnAbort;
}

async function guarded<T>(run: Run<T>, nowMs: number, clock: Clock): Promise<T> {
  const guard = new CallGuard(clock, run.session, run.call?.signal);
  const own = { ...run, guard };
  try {
    return await attempts(own, nextAdmission(own, nowMs), undefined);
  } finally {
    guard.dispose();
  }
}

/**
 * Rejects a moment later, because hosts check every promise that is rejected at once for a missing handler, which costs
 * time.
 */
function refusedAtOnce(session: Session, error: unknown): Promise<never> {
  session.conclude();
  session.keepReport(error);
  return RESOLVED.then(() => {
    throw error;
  });
}

const RESOLVED = Promise.resolve();

function firstAnswered<T>(run: Run<T>, admission: Admitted, value: T): T | Promise<T> {
  const { session, call, traits } = run;
  try {
    const result = traits.outcomeOf(value);
    const ending = { kind: 'value', value } as const;
    if (session.settle(admission.permit, result).retry) return attempts(run, admission, ending);
    return finish(session, { ending, result }, call);
  } catch (error) {
    session.end();
    throw error;
  }
}

type Admitted = Extract<Admission, { admitted: true }>;

function nextAdmission<T>(
  { session, traits, guard }: Run<T>,
  nowMs?: number,
): PreparedAdmission | Promise<PreparedAdmission> {
  const { prepare } = traits;
  if (prepare === undefined || guard === undefined) return session.admit(nowMs);
  return admitPrepared(session, prepare, guard, nowMs);
}

/** The loop. `firstEnd` is the end of the first attempt, if it has been made already. */
async function attempts<T>(
  run: Run<T>,
  first: PreparedAdmission | Promise<PreparedAdmission>,
  firstEnd: AttemptEnd<T> | undefined,
): Promise<T> {
  const { session, call, traits } = run;
  let last: CallEnd<T> | undefined;
  let held: HeldBody | undefined;
  let next = first;
  try {
    for (let ending = firstEnd; ; ending = undefined) {
      const admission = next instanceof Promise ? await next : next;
      if (!admission.admitted) {
        const answered = admission.stopReason === 'cancelled' ? undefined : last;
        if (answered !== undefined) held = handedOut(held);
        return finish(session, answered ?? endBy(admission.error), call);
      }
      if (held?.isFree === false) held = dropped(held);
      ending ??= admission.ended ?? (await runAttempt(run, admission.permit));
      if (ending.kind === 'cancelled' || ending.kind === 'deadline') {
        session.abandon(admission.permit, ending.kind);
        const answered = ending.kind === 'deadline' ? last : undefined;
        if (answered !== undefined) held = handedOut(held);
        return finish(session, answered ?? endBy(ending.reason), call);
      }
      const result = ending.kind === 'value' ? traits.outcomeOf(ending.value) : traits.outcomeOfError(ending.error);
      const error = ending.kind === 'thrown' ? ending.error : undefined;
      held = dropped(held);
      const decision = session.settle(admission.permit, result, error);
      last = { ending, result };
      if (!decision.retry) return finish(session, last, call);
      held = result.kind === 'response' ? holdBody(result.response, () => traits.discard(result)) : undefined;
      if (held === undefined) traits.discard(result);
      await session.wait(decision.delayMs);
      next = nextAdmission(run);
    }
  } finally {
    dropped(held);
    session.end();
  }
}

function handedOut(held: HeldBody | undefined): undefined {
  held?.handOut();
}

function dropped(held: HeldBody | undefined): undefined {
  held?.drop();
}
