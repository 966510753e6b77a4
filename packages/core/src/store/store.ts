import type { TransitionListener } from '../breaker/machine.js';
import type { BreakerRules } from '../breaker/rules.js';
import { type BreakerState, type HealthSample, newBreakerState, type Transition } from '../breaker/state.js';
import type { Clock } from '../host/clock.js';
import { CoolDown } from '../retry/cool-down.js';

/** Identity of a breaker: policies that share a store share the breakers of the same policy name and key. */
export interface StoreId {
  readonly policy: string;
  readonly key: string;
}

/** Shared state of one key. Decisions are made on it locally and at once; a store makes the views agree. */
export interface KeyState {
  readonly breaker: BreakerState;
  readonly coolDown: CoolDown;
  /** Listeners for a change of phase, in whichever process it began. */
  watchers: readonly TransitionListener[];
}

/** Settings that a store needs to take over the fleet's decisions. */
export interface StoreContext {
  /** Undefined if the policy has no breaker and shares only its cool-downs. */
  readonly rules: BreakerRules | undefined;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/** A fleet-wide lease for a probe, or how long to wait for the next chance. */
export type ProbeGrant =
  | { readonly granted: true; readonly token: string }
  | { readonly granted: false; readonly retryAfterMs: number };

/** Result of a probe. */
export type ProbeEnd = 'success' | 'failure' | 'released';

/**
 * One policy's hold on one key's state. The notifications return at once and never wait for a network;
 * what they tell is sent in the background. All of them are optional: a store within one process needs none.
 */
export interface StoreLink {
  readonly state: KeyState;
  /** An outcome has been counted on `state`. */
  outcomeRecorded?(evidence: HealthSample): void;
  /** This process has changed the phase. */
  transitioned?(transition: Transition): void;
  /**
   * Asks the fleet for a probe lease. Undefined: the fleet could not be reached, and the local rule holds. Absent: the
   * local leases are enough.
   */
  acquireProbe?(): Promise<ProbeGrant | undefined>;
  /** Longest wait of an attempt for `acquireProbe` before the local rule holds, in ms. */
  readonly probeWaitMs?: number;
  /** A probe that the fleet granted has ended. */
  probeEnded?(token: string, end: ProbeEnd): void;
  /** A cool-down of `remainingMs` has begun here, or has been lifted (0). */
  coolDownChanged?(remainingMs: number): void;
  /** The policy judges by other rules from now on; undefined: it has no breaker any more. */
  rulesChanged?(rules: BreakerRules | undefined): void;
  /** Releases the key. The link is not used after this. */
  detach(): void;
}

/** Tells if a store works. */
export interface StoreStatus {
  readonly status: 'degraded' | 'restored';
  /** Message of the failure; undefined when restored. */
  readonly error: unknown;
}

/** Text about one process, for the others of its fleet. */
export interface InstanceText {
  /** The id of the process. */
  readonly instance: string;
  readonly text: string;
  /** Age of the text, in ms. */
  readonly ageMs: number;
}

/** A board on which each process of a fleet shows a short text about itself, as long as a reader asks for it. */
export interface InstanceBoard {
  /**
   * Shows what `write` returns to the others: at most every two seconds, and only while one of them looks.
   * Returns the undo. Never throws, and keeps no process alive.
   */
  show(write: () => string): () => void;
  /** Looks: returns what all processes show, this one included. Rejects if the store cannot be reached. */
  look(): Promise<readonly InstanceText[]>;
}

/** Port to the breakers' states. Implementations pass the contract in `@breakwater/core/testing`. */
export interface BreakerStore {
  /** Called once for each key that a policy uses. Never waits. */
  attach(id: StoreId, watcher: TransitionListener, context: StoreContext): StoreLink;
  /** Tells when the store loses or regains what it shares its state through. Returns its own undo. */
  onStatus?(listener: (status: StoreStatus) => void): () => void;
  /** The board of that topic; absent: the store does not reach beyond this process. */
  instances?(topic: string): InstanceBoard;
}

/** The state of a key of which nothing is known. */
export function newKeyState(): KeyState {
  return { breaker: newBreakerState(), coolDown: new CoolDown(), watchers: [] };
}

/** Notifies all listeners of a key of a change of its phase. */
export function announce(state: KeyState, transition: Transition): void {
  for (const watcher of state.watchers) watcher.transitioned(transition);
}
