import { isHeaderText } from '../options/checks.js';
import type { Backoff } from '../retry/backoff.js';
import { ignoreRejection } from '../untrusted/thenable.js';
import { thrownText } from '../untrusted/thrown-text.js';
import type { CallContext } from './call-context.js';
import type { AskHook } from './judgement.js';

// Functions that the user gives a policy. What they throw is told as an event, and the policy goes on without their word.

/** Asks the user's predicates; undefined where they do not answer. */
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

/** The user's backoff; where it throws, the default one decides, as it does wherever there is no number. */
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

/** An idempotency key by the user's function; undefined where it fails, so that the call carries none and is not repeated. */
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
