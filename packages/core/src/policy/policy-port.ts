import type { BreakerControl, ControlOptions } from '../key/breaker-control.js';
import type { PolicySnapshot } from '../key/key-snapshot.js';
import type { AttemptFunction } from '../loop/attempt-context.js';
import type { PolicyDescription } from '../options/describe.js';
import type { Mode } from '../options/mode.js';
import type { PolicyOptions, PolicySettings } from '../options/options.js';
import type { CallOptions, ClientTraits } from '../session/call-options.js';
import type { Session } from '../session/session.js';
import type { SessionTraits } from '../session/session-host.js';
import type { PolicyEventListener, PolicyEventName } from '../telemetry/events.js';
import { peek } from '../untrusted/safe-read.js';

/** Retries, breakers, budgets, cool-downs and deadlines for the calls that go through it, by key. */
export interface Policy {
  readonly name: string;
  /** The mode set by the options, the environment or `setMode`. */
  readonly mode: Mode;
  /** The options, validated and complete; another object after each `update`. */
  readonly settings: PolicySettings;
  /**
   * Runs `fn` until an attempt is good enough or the policy stops. Ends as the last attempt that got an answer did:
   * with the same value or the same error. A value that looks like a response (`status` or `statusCode`, and `headers`)
   * is judged by its status.
   *
   * Rejects with an error of this library only if no attempt brought an answer; with TypeError or RangeError for bad
   * options.
   */
  execute<T>(fn: AttemptFunction<T>, call?: CallOptions): Promise<T>;
  /** Returns a function that calls `fn` through `execute`, with its own arguments and `this`. */
  wrap<A extends unknown[], T>(fn: (...args: A) => T | PromiseLike<T>, call?: CallOptions): (...args: A) => Promise<T>;
  /** Returns the decisions of one call, for a client that makes its own attempts. The session must be ended. */
  begin(call?: CallOptions, traits?: SessionTraits): Session;
  /** Does the same as `execute` for a client with its own kinds of answers and errors. */
  executeWith<T>(traits: ClientTraits, fn: AttemptFunction<T>, call?: CallOptions): Promise<T>;
  /**
   * Calls `listener` with each such event, until the returned function is called. Errors of a listener never reach a
   * call.
   */
  on<E extends PolicyEventName>(event: E, listener: PolicyEventListener<E>): () => void;
  /** Returns the manual control of a key's breaker. */
  breaker(key: string): BreakerControl;
  /** Returns all keys at this moment, as plain JSON. */
  snapshot(): PolicySnapshot;
  /** Returns the policy as data and as text, with its worst-case waits and load. */
  describe(): PolicyDescription;
  /**
   * Changes options while calls go on. Only the named options change, part by part: `{ retry: { maxRetries: 1 } }`
   * keeps the backoff. The options are first validated as a whole: if that throws, nothing has changed.
   *
   * New calls use the new options; calls under way end by their old ones. A breaker whose rules have not changed keeps
   * its state. A breaker with new rules stays open, half-open or closed as it is, with empty counts. The same holds for
   * the budget. A limit of the same kind keeps its attempts in flight and its queue.
   *
   * @throws TypeError or RangeError as `createPolicy` does, and for `name`, `instance`, `store`, `clock` and `random`,
   * which cannot change.
   */
  update(options: PolicyOptions): void;
  /** `update({ mode })`: from here on calls are enforced, observed or passed through. */
  setMode(mode: Mode, options?: ControlOptions): void;
  /**
   * Releases the store, all listeners and all waits, and removes the policy from `policies()`. A call that waits for a
   * retry ends with its last answer; one that waits for a cool-down or a slot is refused. Calls with an attempt under
   * way end as usual; new calls start afresh.
   */
  close(): void;
}

/** Tells a policy, of this copy of the package or another, from the options of one. */
export function isPolicy(value: unknown): value is Policy {
  return typeof peek(value, 'executeWith' satisfies keyof Policy) === 'function';
}
