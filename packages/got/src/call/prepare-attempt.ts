import type { AttemptTimeoutError } from '@breakwater/core';
import type { Session } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { BeforeAttempt } from '../request-options.js';
import { fitContentLength } from './attempt-body.js';
import type { TimeLimit } from './time-limit.js';

/**
 * Runs the user's `beforeAttempt` and puts its headers into the request. Returns the error of an attempt that could not
 * be prepared in time: it is a failed attempt, and another may do better. Rejects with anything else that went wrong.
 */
export async function prepareAttempt(
  prepare: BeforeAttempt,
  options: GotOptions,
  session: Session,
  timeLimit: TimeLimit | undefined,
): Promise<AttemptTimeoutError | undefined> {
  const { body } = options;
  const limit = timeLimit?.preparationBegins(session);
  try {
    const pending = prepare(options, session.attempts + 1);
    const headers = await (timeLimit?.race(pending) ?? pending);
    fitContentLength(options, body);
    for (const [name, value] of Object.entries(headers ?? {})) options.headers[name.toLowerCase()] = value;
    return undefined;
  } catch (error) {
    if (limit?.timedOut !== undefined && error === limit.timedOut) return limit.timedOut;
    throw error;
  } finally {
    limit?.end();
  }
}
