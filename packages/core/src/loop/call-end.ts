import { RetryExhaustedError } from '../outcome/errors.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { Session } from '../session/session.js';
import { isGivenUp } from '../telemetry/report.js';
import type { AttemptEnd } from './attempt-context.js';

/** The end of a call: an attempt's value or error, or the error of a refusal, which has no result. */
export interface CallEnd<T> {
  readonly ending: Extract<AttemptEnd<T>, { kind: 'value' | 'thrown' }>;
  readonly result: Outcome | undefined;
}

/** Returns the end of a call that was refused or has run out of time. */
export function endBy(error: unknown): CallEnd<never> {
  return { ending: { kind: 'thrown', error }, result: undefined };
}

/** Ends the session, then returns or throws the call's answer, with its report kept beside it. */
export function finish<T>(session: Session, { ending, result }: CallEnd<T>, call: CallOptions | undefined): T {
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

/** Runs a call. The caller gets its error as the client's traits convert it. */
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
