import type { CallCounts } from '../key/call-counts.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { PolicySettings } from '../options/options.js';
import type { CallAttributes } from '../telemetry/call-attributes.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { ObservedCounts } from '../telemetry/observed-calls.js';
import type { CallOptions, ClientTraits, Place } from './call-options.js';
import type { Releasers } from './call-release.js';
import type { AttemptPermit } from './permit.js';

/** The policy of a session. */
export interface SessionHost extends Releasers {
  readonly settings: PolicySettings;
  readonly events: EventHub;
  readonly totals: CallCounts;
  readonly observed: ObservedCounts;
  /** Returns the key of a call, or of an attempt that goes to another place. */
  entryFor(place: Place | undefined, nowMs: number): KeyEntry;
  /** Returns the call's attributes by the user's function, if there is one. */
  attributesFor(key: string, call: CallOptions | undefined): CallAttributes | undefined;
}

/** The part of a client's traits that its sessions need. */
export type SessionTraits = Pick<ClientTraits, 'oneRequestPerAttempt' | 'releaser' | 'mayMove'>;

/** A call whose first attempt was made without a session, and what that attempt holds. */
export interface BegunCall {
  readonly settings: PolicySettings;
  readonly breaker: Breaker | undefined;
  readonly permit: AttemptPermit;
}
