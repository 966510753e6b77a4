import type { Policy } from '@breakwater/core';
import type { Place } from '@breakwater/core/adapter';
import type { GotOptions } from '../got-types.js';
import type { BeforeAttempt, RequestResilience } from '../request-options.js';
import { unixSocketKey } from './begin-session.js';

/**
 * Follows the places to which the attempts of one call are sent. A user's hook may change the URL, and a retry goes to
 * where a redirect led.
 */
export class AttemptPlace {
  readonly #policy: Policy;
  readonly #wanted: RequestResilience | undefined;
  #href: string | undefined;

  /** `href`: the URL of the call as it begins. */
  constructor(policy: Policy, wanted: RequestResilience | undefined, href: string | undefined) {
    this.#policy = policy;
    this.#wanted = wanted;
    this.#href = href;
  }

  /** Returns the place of the next attempt, if the previous one went to another and the user has not named the key. */
  moved(options: GotOptions, by?: BeforeAttempt): Place | undefined {
    const url = hrefOf(options);
    if (url === undefined || url === this.#href) return undefined;
    this.#href = url;
    if (this.#wanted?.key !== undefined) return undefined;
    if (by !== undefined) movers.add(by);
    const key = unixSocketKey(this.#policy, options, url);
    return key === undefined ? { method: options.method, url } : { key };
  }
}

/**
 * Tells if a `beforeAttempt` has ever sent an attempt to another place. It then runs even if the circuit of the
 * request's own place is open.
 */
export function mayMove(beforeAttempt: BeforeAttempt | undefined): boolean {
  return beforeAttempt !== undefined && movers.has(beforeAttempt);
}

const movers = new WeakSet<BeforeAttempt>();

/** Returns the URL of a request; undefined if it has none. */
export function hrefOf({ url }: GotOptions): string | undefined {
  return url === undefined ? undefined : String(url);
}
