import { isHeaderText } from '../options/checks.js';
import type { Backoff } from '../retry/backoff.js';
import { ignoreRejection } from '../untrusted/thenable.js';
import { thrownText } from '../untrusted/thrown-text.js';
import type { CallContext } from './call-context.js';
import type { AskHook } from './judgement.js';

// Functions that the user gives a policy. If one throws, a `hookError` event is emitted, and the policy decides without
// it.

/** Returns a function that calls the user's predicates. It returns undefined if they give no answer. */
export function predicateCaller({ events, entry }: CallContext): AskHook {
  return (hook, predicate, outcome, call) => {
    try {
      const opinion: unknown = predicate(outcome, call);
      if (typeof opinion === 'boolean' || opinion === undefined) return opinion;
      ignoreRejection(opinion);
      events.emit('hookError', entry.key, { hook, message: 'must return a boolean or undefined' });
    } catch (error) {
      events.emit('hookError', entry.key, { hook, message: thrownText(error) });
    }
    return undefined;
  };
}

/** Returns the user's backoff as a function that never throws. If it returns no number, the default backoff decides. */
export function safeBackoff(backoff: Backoff, { events, entry }: CallContext): Backoff {
  if (typeof backoff !== 'function') return backoff;
  return (input) => {
    try {
      const delayMs = backoff(input);
      ignoreRejection(delayMs);
      return delayMs;
    } catch (error) {
      events.emit('hookError', entry.key, { hook: 'backoff', message: thrownText(error) });
      return Number.NaN;
    }
  };
}

/**
 * Returns an idempotency key made by the user's function. Undefined if it fails: the call then has no key and is not
 * repeated.
 */
export function generatedKey(
  generate: () => string,
  { events, entry }: Pick<CallContext, 'events' | 'entry'>,
): string | undefined {
  let message = 'must return a non-empty string';
  try {
    const key: unknown = generate();
    if (isHeaderText(key)) return key;
    if (typeof key === 'string' && key !== '') message = 'must return printable ASCII';
    ignoreRejection(key);
  } catch (error) {
    message = thrownText(error);
  }
  events.emit('hookError', entry.key, { hook: 'generate', message });
  return undefined;
}
