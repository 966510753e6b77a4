import type { Clock } from '@breakwater/core';
import type { Caller } from '../client/caller.js';

/** A failed attempt, as a retry rule sees it. */
export interface FailedAttempt {
  /** From 1. */
  readonly attempt: number;
  /** Status of the answer; undefined if there was none. */
  readonly status: number | undefined;
  /** Code of the error; undefined if there was an answer. */
  readonly code: string | undefined;
  /** Value of `Retry-After`, in ms; 0 without one. */
  readonly retryAfterMs: number;
  readonly method: string;
  /** Time since the call began. */
  readonly elapsedMs: number;
  /** The client's own time limit of an attempt. */
  readonly timeoutMs: number | undefined;
}

/** The rules of a library or a hand-written loop that retries. */
export interface RetryRules {
  callBegan?(): void;
  /** Returns the wait before the next attempt, in ms. Undefined ends the call with its present result. */
  delayMs(failed: FailedAttempt): number | undefined;
  /** Called after each call with an answer below 400, with the number of its attempts. */
  answered?(attempts: number): void;
}

/** Makes a caller that repeats failed attempts by these rules, and does nothing else. */
export function retryingCaller(clock: Clock, rules: RetryRules): Caller {
  return {
    async execute(attempt, { method = 'GET', clientTimeoutMs }) {
      rules.callBegan?.();
      const startMs = clock.now();
      for (let number = 1; ; number += 1) {
        const result = await settled(attempt);
        const failure = failureOf(result);
        if (failure === undefined) rules.answered?.(number);
        const delayMs =
          failure &&
          rules.delayMs({
            ...failure,
            attempt: number,
            method,
            elapsedMs: clock.now() - startMs,
            timeoutMs: clientTimeoutMs,
          });
        if (delayMs === undefined) {
          if ('error' in result) throw result.error;
          return result.value;
        }
        await new Promise<void>((resolve) => clock.schedule(resolve, delayMs));
      }
    },
  };
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

async function settled<T>(attempt: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await attempt() };
  } catch (error) {
    return { error };
  }
}

function failureOf(result: Settled<unknown>): Pick<FailedAttempt, 'status' | 'code' | 'retryAfterMs'> | undefined {
  if ('error' in result) {
    const { code } = Object(result.error) as { readonly code?: string };
    return { status: undefined, code, retryAfterMs: 0 };
  }
  const { status, headers } = result.value as { readonly status: number; readonly headers: Record<string, string> };
  if (status < 400) return undefined;
  return { status, code: undefined, retryAfterMs: (Number(headers['retry-after']) || 0) * 1_000 };
}
