import type { TransitionListener } from '../breaker/phase.js';
import type { BreakerRules } from '../breaker/rules.js';
import { type BreakerState, type HealthSample, newBreakerState, type Transition } from '../breaker/state.js';
import type { Clock } from '../host/clock.js';
import type { BudgetRules, KeyBudget } from '../retry/budget.js';
import { CoolDown } from '../retry/cool-down.js';

/** A policy's own part of a key: receives changes of phase, and may have a budget that others share. */
export interface KeyUser extends TransitionListener {
  readonly budget?: KeyBudget | undefined;
}

/** Identity of a breaker: policies that share a store share the breakers of the same policy name and key. */
export interface StoreId {
  readonly policy: string;
  readonly key: string;
}

/**
 * Shared state of one key. Decisions are made on it locally and at once; a store makes the views agree.
 *
 * It may be spread, frozen or read through a proxy: a policy keeps no reference to its parts, and writes only to the
 * breaker's fields. A breaker's state may be copied too; a copy is independent.
 */
export interface KeyState {
  readonly breaker: BreakerState;
  readonly coolDown: CoolDown;
  /** Listeners for a change of phase, in whichever process it began. */
  watchers: readonly KeyUser[];
}

/** Settings that a store needs to take over the fleet's decisions. */
export interface StoreContext {
  /** Undefined if the policy has no breaker and shares only its cool-downs. */
  readonly rules: BreakerRules | undefined;
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Longest cool-down that the policy allows, in ms, 0 for none: a cool-down of the fleet holds it no longer. */
  readonly longestCoolDownMs?: () => number;
}

/** A fleet-wide lease for a probe, or how long to wait until the next chance. */
export type ProbeGrant =
  | { readonly granted: true; readonly token: string }
  | { readonly granted: false; readonly retryAfterMs: number };

/** Result of a probe. */
export type ProbeEnd = 'success' | 'failure' | 'released';

/**
 * One policy's hold on one key's state. The notifications return at once and never wait for a network; a store sends
 * them in the background. All methods are optional: a store within one process needs none.
 *
 * A store that wraps another may change the links that it passes on: to an object of its own with the methods that the
 * link has, frozen, or a proxy. Methods are called on the link that the policy was given, so those of a class must be
 * bound.
 */
export interface StoreLink {
  readonly state: KeyState;
  /** An outcome has been counted on `state`. */
  outcomeRecorded?(evidence: HealthSample): void;
  /** This process has changed the phase. */
  transitioned?(transition: Transition): void;
  /**
   * Requests a probe lease from the fleet. Undefined: the fleet could not be reached, and the local rule applies.
   * Absent: the local leases suffice. `leaseMs` is the time after which another probe may go, in ms: `probeLeaseMs` of
   * the rules if it is not given.
   */
  acquireProbe?(leaseMs?: number): Promise<ProbeGrant | undefined>;
  /** Longest wait of an attempt for `acquireProbe` before the local rule applies, in ms. */
  readonly probeWaitMs?: number;
  /** A probe that the fleet granted has ended. */
  probeEnded?(token: string, end: ProbeEnd): void;
  /** A cool-down of `remainingMs` has begun here, or has been lifted (0). */
  coolDownChanged?(remainingMs: number): void;
  /** The policy uses other rules from now on; undefined if it has no breaker any more. */
  rulesChanged?(rules: BreakerRules | undefined): void;
  /**
   * Returns the retry budget by these rules, which the fleet shares. Its methods return at once, as do those of this
   * link. Absent: each policy has a budget of its own.
   */
  budget?(rules: BudgetRules): KeyBudget;
  /**
   * Returns the number of instances that use the key, including this one, by which the key's limit is divided. Called
   * before attempts, if there is a limit. Absent: one.
   */
  instances?(nowMs: number): number;
  /** Returns the fleet as last seen, for snapshots. Absent: there is no fleet. */
  fleet?(): FleetSnapshot;
  /** Releases the key. The link is not used after this. */
  detach(): void;
}

/** One key's fleet, as this process knows it. */
export interface FleetSnapshot {
  /** Number of instances that use the key, including this one. */
  readonly instances: number;
  /** Calls of the key per second, of all instances together; absent if unknown. */
  readonly callsPerSecond?: number | undefined;
  /** Time since the fleet's last answer about the key, in ms; absent before the first. */
  readonly sinceSyncMs?: number | undefined;
  /**
   * Names of some of the instances whose failures opened the circuit: for the fleet, or this one alone for itself.
   * Absent if there are none.
   */
  readonly openedBy?: readonly string[] | undefined;
}

/** Tells if a store works. */
export interface StoreStatus {
  /**
   * `poll-only`: the store answers but its messages no longer arrive, so that changes are found by polling.
   * `push-restored`: they arrive again. `rules-differ`: processes that share a key have different breaker rules.
   * `rules-agree`: they have the same rules again.
   */
  readonly status: 'degraded' | 'restored' | 'poll-only' | 'push-restored' | 'rules-differ' | 'rules-agree';
  /** Message of the failure; undefined unless degraded. */
  readonly error: unknown;
  /** Key concerned; undefined for the whole store. */
  readonly id?: StoreId;
}

/** Text about one process, for the others of its fleet. */
export interface InstanceText {
  /** Id of the process. */
  readonly instance: string;
  readonly text: string;
  /** Age of the text, in ms. */
  readonly ageMs: number;
}

/** A board on which each process of a fleet shows a short text about itself, as long as a reader asks for it. */
export interface InstanceBoard {
  /**
   * Shows the result of `write` to the others: at most every two seconds, and only while one of them looks. The
   * returned function ends that. Never throws, and keeps no process alive.
   */
  show(write: () => string): () => void;
  /** Returns the texts of all processes, including this one. Rejects if the store cannot be reached. */
  look(): Promise<readonly InstanceText[]>;
}

/** Port to the breakers' states. Implementations pass the contract in `@breakwater/core/testing`. */
export interface BreakerStore {
  /** Name of this process among those of the fleet; absent: there is no fleet. */
  readonly instance?: string | undefined;
  /** Links a policy to a key. Called once for each key that a policy uses. Must not wait. */
  attach(id: StoreId, watcher: KeyUser, context: StoreContext): StoreLink;
  /**
   * Calls `listener` when the store loses or regains the means by which it shares its state. The returned function
   * removes it.
   */
  onStatus?(listener: (status: StoreStatus) => void): () => void;
  /** Returns the board of a topic. Absent: the store serves only this process. */
  instances?(topic: string): InstanceBoard;
}

/** Returns the state of a key of which nothing is known. */
export function newKeyState(): KeyState {
  return new LeanKeyState();
}

/**
 * A key's state. `watchers` behaves like the other properties: it may be read, set, spread and proxied. But it stores a
 * single watcher without an array, since nearly all keys have one.
 */
class LeanKeyState implements KeyState {
  readonly breaker: BreakerState = newBreakerState();
  readonly coolDown = new CoolDown();
  declare watchers: readonly KeyUser[];
  /** @internal */
  watching: KeyUser | readonly KeyUser[] = NONE;

  constructor() {
    Object.defineProperty(this, 'watchers', WATCHERS);
  }
}

const NONE: readonly KeyUser[] = Object.freeze([]);

/** Shared by all states, so that it takes no memory in any of them. */
const WATCHERS: PropertyDescriptor & ThisType<LeanKeyState> = {
  configurable: true,
  enumerable: true,
  get() {
    const { watching } = this;
    return 'transitioned' in watching ? [watching] : watching;
  },
  set(watchers: readonly KeyUser[]) {
    const [first, ...others] = watchers;
    this.watching = first === undefined ? NONE : others.length === 0 ? first : watchers;
  },
};

/** Notifies all listeners of a key about a change of its phase. */
export function announce(state: KeyState, transition: Transition): void {
  for (const watcher of state.watchers) watcher.transitioned(transition);
}
