import type { AttemptTimeoutError } from '@breakwater/core';
import type { Session } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { BeforeAttempt } from '../request-options.js';
import { fitContentLength } from './attempt-body.js';
import type { TimeLimit } from './time-limit.js';

/**
 * Runs the user's `beforeAttempt`, and sets its headers on the request. Returns the error of an attempt that was not
 * prepared in time: it has failed, but another may succeed. Rejects with any other error.
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
    // got reads properties of what is thrown, outside of the request's promise: the process would end.
    throw error ?? new TypeError(`beforeAttempt threw ${error}`);
  } finally {
    limit?.end();
  }
}
