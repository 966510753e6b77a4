import type { Clock } from '../host/clock.js';
import { discardBody } from '../outcome/discard-body.js';
import { RetryExhaustedError } from '../outcome/errors.js';
import { type HeldBody, holdBody } from '../outcome/held-body.js';
import { type Outcome, outcomeOf, outcomeOfError } from '../outcome/outcome.js';
import type { CallOptions, ClientTraits } from '../session/call-options.js';
import { isGivenUp } from '../session/call-record.js';
import type { AttemptPermit } from '../session/permit.js';
import type { Admission, Permit, Session } from '../session/session.js';
import { AttemptContext, type AttemptEnd, type AttemptFunction, CallGuard } from './attempt-context.js';
import { admitPrepared, type PreparedAdmission } from './prepared-admission.js';

/**
 * Attempts until one is good enough or the session says stop; then the last real answer, untouched.
 *
 * Nearly all calls are one attempt that is let in at once and answered. For them there is neither a loop nor an async function,
 * whose frame would cost as much as all the rest.
 */
export function runCall<T>(
  session: Session,
  fn: AttemptFunction<T>,
  call: CallOptions | undefined,
  clock: Clock,
  traits: ClientTraits,
): Promise<T> {
  const run: Run<T> = { session, fn, call, traits };
  if (needsGuard(session, call?.signal, traits)) return guarded(run, clock);
  try {
    const admission = session.admit(session.startedMs);
    if (admission instanceof Promise) return attempts(run, admission, undefined);
    if (!admission.admitted) return refusedAtOnce(session, admission.error);
    const { permit } = admission;
    return begun(run, permit).then(
      (value) => firstAnswered(run, admission, value),
      (error: unknown) => attempts(run, admission, { kind: 'thrown', error }),
    );
  } catch (error) {
    session.end();
    throw error;
  }
}

/** Rejects a moment later: a promise that is born rejected costs the host a round of its checks for rejections that nobody handles. */
function refusedAtOnce(session: Session, error: unknown): Promise<never> {
  session.conclude();
  session.keepReport(error);
  return RESOLVED.then(() => {
    throw error;
  });
}

const RESOLVED = Promise.resolve();

function begun<T>(run: Run<T>, permit: Permit): Promise<T> {
  const context = new AttemptContext(run.session, permit.attempt, run.call?.signal);
  try {
    return Promise.resolve(run.session.inside(permit, () => made(run, context)));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Makes an attempt, to its end: what it goes on with belongs to it. */
function made<T>({ fn, call, traits }: Run<T>, context: AttemptContext): T | PromiseLike<T> {
  const first = fn(context);
  if (traits.again === undefined) return first;
  return Promise.resolve(first).then(undefined, (error: unknown) => {
    const again = wentOn<T>(traits, call, error);
    if (again === undefined) throw error;
    return again;
  });
}

/** Returns the rest of an attempt that goes on after this error; undefined if the error ends it. */
export function wentOn<T>(traits: ClientTraits, call: CallOptions | undefined, error: unknown): Promise<T> | undefined {
  const again = call === undefined ? undefined : traits.again?.(error, call);
  return again && (Promise.resolve(again) as Promise<T>);
}

/** Gives the caller, for an error that the call ends with, what its traits make of that. */
export function endAs<T>(
  traits: ClientTraits,
  call: CallOptions | undefined,
  run: () => T | Promise<T>,
): T | Promise<T> {
  return traits.endError === undefined || call === undefined ? run() : endWithOwnError(traits, call, run);
}

async function endWithOwnError<T>(traits: ClientTraits, call: CallOptions, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw traits.endError?.(error, call);
  }
}

/** Goes on with a call whose first attempt has been made. */
export function goOn<T>(run: Run<T>, permit: AttemptPermit, ending: AttemptEnd<T>): T | Promise<T> {
  return ending.kind === 'value' ? firstAnswered(run, permit, ending.value) : attempts(run, permit, ending);
}

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

/** One call's attempts, and what they have in common. */
export interface Run<T> {
  readonly session: Session;
  readonly fn: AttemptFunction<T>;
  readonly call: CallOptions | undefined;
  readonly traits: ClientTraits;
  readonly guard?: CallGuard;
}

async function guarded<T>(run: Run<T>, clock: Clock): Promise<T> {
  const guard = new CallGuard(clock, run.session, run.call?.signal);
  const own = { ...run, guard };
  try {
    return await attempts(own, nextAdmission(own, run.session.startedMs), undefined);
  } finally {
    guard.dispose();
  }
}

function nextAdmission<T>(
  { session, traits, guard }: Run<T>,
  nowMs?: number,
): PreparedAdmission | Promise<PreparedAdmission> {
  const { prepare } = traits;
  if (prepare === undefined || guard === undefined) return session.admit(nowMs);
  return admitPrepared(session, prepare, guard, nowMs);
}

/** The loop. `made`: what the first attempt ended with, where it has been made. */
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
        held?.handOut();
        const refused = admission.stopReason === 'cancelled' ? undefined : last;
        return finish(session, refused ?? thrown(admission.error), call);
      }
      if (held !== undefined && last?.result !== undefined) {
        held.handOut();
        traits.discard(last.result);
        held = undefined;
      }
      ending ??= admission.ended ?? (await attempt(run, admission.permit));
      if (ending.kind === 'cancelled' || ending.kind === 'deadline') {
        session.abandon(admission.permit, ending.kind);
        const answered = ending.kind === 'deadline' ? last : undefined;
        return finish(session, answered ?? thrown(ending.reason), call);
      }
      const result = ending.kind === 'value' ? traits.outcomeOf(ending.value) : traits.outcomeOfError(ending.error);
      const error = ending.kind === 'thrown' ? ending.error : undefined;
      const decision = session.settle(admission.permit, result, error);
      last = { ending, result };
      if (!decision.retry) return finish(session, last, call);
      held = result.kind === 'response' ? holdBody(result.response, () => traits.discard(result)) : undefined;
      if (held === undefined) traits.discard(result);
      await session.wait(decision.delayMs);
      next = nextAdmission(run);
    }
  } finally {
    session.end();
  }
}

async function attempt<T>(run: Run<T>, permit: Permit): Promise<AttemptEnd<T>> {
  const { session, traits, guard } = run;
  if (guard !== undefined) {
    const inside: AttemptFunction<T> = (context) => session.inside(permit, () => made(run, context), context.signal);
    return guard.run(inside, permit.attempt, {
      value: (value) => traits.discard(traits.outcomeOf(value)),
      error: (error) => traits.discard(traits.outcomeOfError(error)),
    });
  }
  try {
    return { kind: 'value', value: await begun(run, permit) };
  } catch (error) {
    return { kind: 'thrown', error };
  }
}

/** How `execute` reads what it is given: anything may be thrown, and what looks like a response is one. */
export const plainTraits: ClientTraits = {
  outcomeOf,
  outcomeOfError,
  discard: (result) => {
    if (result.kind === 'response') discardBody(result.response);
  },
};

/** What a call ends with: an attempt's own value or error, or a refusal's error, which has no result. */
interface CallEnd<T> {
  readonly ending: Extract<AttemptEnd<T>, { kind: 'value' | 'thrown' }>;
  readonly result: Outcome | undefined;
}

function thrown(error: unknown): CallEnd<never> {
  return { ending: { kind: 'thrown', error }, result: undefined };
}

/** Without a signal or a limit there is nothing to race against, and the attempt is simply awaited. */
function needsGuard({ mode, timeouts }: Session, signal: AbortSignal | undefined, traits: ClientTraits): boolean {
  if (mode !== 'enforce') return false;
  if (traits.prepare !== undefined || timeouts.attemptMs !== undefined || timeouts.totalMs !== undefined) return true;
  return signal !== undefined && !traits.endsOnAbort;
}

/** Ends the session and hands out the answer, with its report kept beside it. */
function finish<T>(session: Session, { ending, result }: CallEnd<T>, call: CallOptions | undefined): T {
  session.conclude();
  if (result?.kind === 'response') session.keepReport(result.response);
  if (call?.exhausted === 'wrap') throwIfExhausted(session, ending);
  if (ending.kind === 'value') return ending.value;
  session.keepReport(ending.error);
  throw ending.error;
}

function throwIfExhausted(session: Session, ending: CallEnd<unknown>['ending']): void {
  const { attempts, stopReason } = session.report();
  if (attempts === 0 || !isGivenUp(stopReason)) return;
  const wrapped = new RetryExhaustedError(session.key, attempts, ending.kind === 'value' ? ending.value : ending.error);
  session.keepReport(wrapped);
  throw wrapped;
}
