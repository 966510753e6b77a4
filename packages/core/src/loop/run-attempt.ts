import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { Permit, Session } from '../session/session.js';
import { AttemptContext, type AttemptEnd, type AttemptFunction, type CallGuard } from './attempt-context.js';

/** A call, and the function that makes its attempts. */
export interface Run<T> {
  readonly session: Session;
  readonly fn: AttemptFunction<T>;
  readonly call: CallOptions | undefined;
  readonly traits: ClientTraits;
  /** Undefined if there is no signal or limit to race the attempts against. */
  readonly guard?: CallGuard;
}

/** Makes one attempt, and returns its end. */
export async function runAttempt<T>(run: Run<T>, permit: Permit): Promise<AttemptEnd<T>> {
  const { session, traits, guard } = run;
  if (guard !== undefined) {
    const inside: AttemptFunction<T> = (context) =>
      session.inside(permit, () => attemptBy(run, context), context.signal);
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

/** Begins an attempt that is not raced against anything. */
export function begun<T>(run: Run<T>, permit: Permit): Promise<T> {
  const context = new AttemptContext(run.session, permit.attempt, run.call?.signal);
  try {
    return Promise.resolve(run.session.inside(permit, () => attemptBy(run, context)));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Makes an attempt, and all its continuations. */
function attemptBy<T>({ fn, call, traits }: Run<T>, context: AttemptContext): T | PromiseLike<T> {
  const first = fn(context);
  if (traits.again === undefined) return first;
  return Promise.resolve(first).then(undefined, (error: unknown) => {
    const again = continued<T>(traits, call, error);
    if (again === undefined) throw error;
    return again;
  });
}

/** Returns the continuation of an attempt after this error. Undefined if the error ends the attempt. */
export function continued<T>(
  traits: ClientTraits,
  call: CallOptions | undefined,
  error: unknown,
): Promise<T> | undefined {
  if (call === undefined || traits.again === undefined) return undefined;
  try {
    const again = traits.again(error, call);
    return again && (Promise.resolve(again) as Promise<T>);
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}
