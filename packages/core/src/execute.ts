import { AttemptContext, type AttemptFunction, CallGuard, type Ending } from './attempt.js';
import type { CallOptions, ClientTraits } from './call.js';
import { isGivenUp } from './call-log.js';
import type { Clock } from './clock.js';
import { discardBody } from './discard.js';
import { RetryExhaustedError } from './errors.js';
import { type AttemptResult, resultOf, resultOfError } from './outcome.js';
import { keepReport } from './report.js';
import type { Session } from './session.js';

/** The loop: attempts until one is good enough or the session says stop; then the last real answer, untouched. */
export async function runCall<T>(
  session: Session,
  fn: AttemptFunction<T>,
  call: CallOptions | undefined,
  clock: Clock,
  traits: ClientTraits,
): Promise<T> {
  const signal = call?.signal;
  const guard = needsGuard(session, signal, traits) ? new CallGuard(clock, session, signal) : undefined;
  let last: Answer<T> | undefined;
  let nowMs: number | undefined = session.startedMs;
  try {
    for (;;) {
      let admission = session.admit(nowMs);
      nowMs = undefined;
      if (admission instanceof Promise) admission = await admission;
      if (!admission.admitted) {
        const refused = admission.stopReason === 'cancelled' ? undefined : last;
        return finish(session, refused ?? thrown(admission.error), call);
      }

      const { permit } = admission;
      let ending: Ending<T>;
      if (guard === undefined) {
        try {
          ending = { kind: 'value', value: await fn(new AttemptContext(session, permit.attempt, signal)) };
        } catch (error) {
          ending = { kind: 'thrown', error };
        }
      } else {
        ending = await guard.run(fn, permit.attempt, {
          value: (value) => traits.discard(traits.resultOf(value)),
          error: (error) => traits.discard(traits.resultOfError(error)),
        });
      }

      if (ending.kind === 'cancelled' || ending.kind === 'deadline') {
        session.abandon(permit, ending.kind);
        const answered = ending.kind === 'deadline' ? last : undefined;
        return finish(session, answered ?? thrown(ending.reason), call);
      }
      const result = ending.kind === 'value' ? traits.resultOf(ending.value) : traits.resultOfError(ending.error);
      const decision = session.settle(permit, result, ending.kind === 'thrown' ? ending.error : undefined);
      last = { ending, result };
      if (!decision.retry) return finish(session, last, call);
      traits.discard(result);
      await session.wait(decision.delayMs);
    }
  } finally {
    guard?.dispose();
    session.end();
  }
}

/** How `execute` reads what it is given: anything may be thrown, and what looks like a response is one. */
export const plainTraits: ClientTraits = {
  resultOf,
  resultOfError,
  discard: (result) => {
    if (result.kind === 'response') discardBody(result.response);
  },
};

/** What a call ends with: an attempt's own value or error, or a refusal's error, which has no result. */
interface Answer<T> {
  readonly ending: Extract<Ending<T>, { kind: 'value' | 'thrown' }>;
  readonly result: AttemptResult | undefined;
}

function thrown(error: unknown): Answer<never> {
  return { ending: { kind: 'thrown', error }, result: undefined };
}

/** Without a signal or a limit there is nothing to race against, and the attempt is simply awaited. */
function needsGuard({ mode, timeouts }: Session, signal: AbortSignal | undefined, traits: ClientTraits): boolean {
  if (mode !== 'enforce') return false;
  if (timeouts.attemptMs !== undefined || timeouts.totalMs !== undefined) return true;
  return signal !== undefined && !traits.endsOnAbort;
}

/** Ends the session and hands out the answer, with its report kept beside it. */
function finish<T>(session: Session, { ending, result }: Answer<T>, call: CallOptions | undefined): T {
  session.end();
  if (ending.kind === 'value' && result?.kind === 'value') {
    if (call?.exhausted !== 'wrap') return ending.value;
  }
  const report = session.report();
  if (result?.kind === 'response') keepReport(result.response, report);
  if (call?.exhausted === 'wrap' && report.attempts > 0 && isGivenUp(report.stopReason)) {
    const cause = ending.kind === 'value' ? ending.value : ending.error;
    const wrapped = new RetryExhaustedError(session.key, report.attempts, cause);
    keepReport(wrapped, report);
    throw wrapped;
  }
  if (ending.kind === 'value') return ending.value;
  keepReport(ending.error, report);
  throw ending.error;
}
