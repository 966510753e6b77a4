import type { Transition } from '../breaker/state.js';
import type { Clock } from '../host/clock.js';
import { FixedLimit } from '../limit/fixed-limit.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { PolicySettings } from '../options/options.js';
import type { KeyBudget } from '../retry/budget.js';
import type { CoolDown, Turn } from '../retry/cool-down.js';
import type { BreakerStore, FleetSnapshot, KeyUser, StoreLink } from '../store/store.js';
import type { EventHub } from '../telemetry/event-hub.js';
import { newObservedCounts, type ObservedCounts } from '../telemetry/observed-calls.js';
import type { FailureDigest } from '../untrusted/failure-digest.js';
import type { CallCounts } from './call-counts.js';
import { Breaker, type BreakerCommons } from './key-breaker.js';
import { budgetOf, contextOf, isSame, limitOf } from './key-parts.js';
import { KeyTraffic } from './key-traffic.js';
import { type BreakerOpening, openingOf } from './opening.js';
import { NO_PARTS, RareParts } from './rare-parts.js';

/** Common parts of the keys of a policy. */
export interface KeyHost {
  readonly events: EventHub;
  readonly clock: Clock;
  /** Undefined for a policy that has never had breakers. */
  breakers: BreakerCommons | undefined;
  /** By the present settings, in ms; 0 for none. */
  longestCoolDownMs(): number;
}

/**
 * Everything that a policy keeps for one key. A policy may have a hundred thousand of them, so rarely needed parts are
 * kept apart.
 */
export class KeyEntry extends KeyTraffic implements KeyUser {
  readonly key: string;
  breaker: Breaker | undefined = undefined;
  budget: KeyBudget | undefined = undefined;
  calls = 0;
  attempts = 0;
  /** Calls that have begun and not ended. */
  sessions = 0;
  lastUsedMs = 0;
  newer: KeyEntry | undefined = undefined;
  older: KeyEntry | undefined = undefined;
  #rare: RareParts | undefined = undefined;
  readonly #host: KeyHost;

  constructor(key: string, settings: PolicySettings, store: BreakerStore, host: KeyHost) {
    super();
    const { name, breaker, budget, limit, clock } = settings;
    this.key = key;
    this.#host = host;
    const rules = breaker === false ? undefined : breaker;
    const link = store.attach({ policy: name, key }, this, contextOf(settings, host));
    this.breaker = rules && host.breakers && new Breaker(host.breakers, link);
    if (this.breaker === undefined) KeyEntry.#rareOf(this).link = link;
    this.budget = budgetOf(budget, link);
    if (limit !== false) this.limit = limitOf(limit, undefined, clock.now(), link);
  }

  /** Applies new settings. A part whose settings have not changed keeps its state. */
  adapt(old: PolicySettings, settings: PolicySettings): void {
    const { breaker, budget, limit } = settings;
    if (!isSame(old.breaker, breaker)) KeyEntry.#changeBreaker(this, settings);
    if (!isSame(old.budget, budget)) this.budget = budgetOf(budget, this.link);
    if (!isSame(old.limit, limit))
      this.limit = limit === false ? undefined : limitOf(limit, this.limit, this.#host.clock.now(), this.link);
  }

  get counts(): CallCounts {
    const { retries, saved, rejected, wouldRetry, wouldReject } = this.#rare ?? NO_PARTS;
    return { calls: this.calls, attempts: this.attempts, retries, saved, rejected, wouldRetry, wouldReject };
  }

  /** Adds to one of the counters that few keys need. */
  count(what: 'retries' | 'saved' | 'rejected' | 'wouldRetry' | 'wouldReject', by = 1): void {
    KeyEntry.#rareOf(this)[what] += by;
  }

  get limit(): AttemptLimit | undefined {
    return this.#rare?.limit;
  }

  set limit(limit: AttemptLimit | undefined) {
    KeyEntry.#rareOf(this).limit = limit;
  }

  /** Admits the retries of timed-out attempts one after another. */
  get serialRetries(): FixedLimit {
    const rare = KeyEntry.#rareOf(this);
    rare.serialRetries ??= new FixedLimit(ONE_BY_ONE);
    return rare.serialRetries;
  }

  /** Records that a retry which had its turn has timed out as well. */
  triedInVain(beganMs: number): void {
    KeyEntry.#rareOf(this).inVainMs = beganMs;
  }

  /** Tells if such retries are in vain: the last one was, and no attempt has been served that began later. */
  get areTurnsInVain(): boolean {
    const beganMs = this.#rare?.inVainMs;
    return beganMs !== undefined && !this.hasServedSince(beganMs);
  }

  get budgetExhausted(): boolean {
    return this.#rare?.budgetExhausted === true;
  }

  get opening(): BreakerOpening | undefined {
    return this.#rare?.opening;
  }

  get observed(): ObservedCounts | undefined {
    return this.#rare?.observed;
  }

  /** The key's link to the store. */
  get link(): StoreLink {
    const link = KeyEntry.#linkOf(this);
    if (link === undefined) throw new Error('the key is not attached to its store yet');
    return link;
  }

  static #linkOf(entry: KeyEntry): StoreLink | undefined {
    return entry.breaker === undefined ? entry.#rare?.link : entry.breaker.link;
  }

  get coolDown(): CoolDown {
    return this.link.state.coolDown;
  }

  /** Tells if the key must not be forgotten: it has calls under way, or an operator has opened its circuit. */
  get inUse(): boolean {
    return this.sessions > 0 || this.link.state.breaker.phase === 'forced-open';
  }

  /** Tells if the key has an open circuit or a cool-down, which protect a server and would be lost with the key. */
  isInTrouble(nowMs: number): boolean {
    return this.link.state.breaker.phase !== 'closed' || this.coolDown.remainingMs(nowMs) > 0;
  }

  /** Tells if a call can be let in at once: no listener to notify, and no turn, probe or slot to wait for. */
  isCalm({ coolDown }: PolicySettings, nowMs: number): boolean {
    if (this.budgetExhausted || this.limit?.cap !== undefined) return false;
    if (this.breaker !== undefined && !this.breaker.isCalm) return false;
    return coolDown === false || this.coolDown.remainingMs(nowMs) === 0;
  }

  /** Tells if a call would be refused or delayed now. */
  isHeld(nowMs: number): boolean {
    return this.breaker?.isOpen(nowMs) === true || this.coolDown.remainingMs(nowMs) > 0;
  }

  /** Emits the `evict` event if the key is in trouble. */
  evicted(nowMs: number): void {
    if (!this.isInTrouble(nowMs)) return;
    const { phase } = this.link.state.breaker;
    this.#host.events.emit('evict', this.key, { breaker: phase, coolDownMs: this.coolDown.remainingMs(nowMs) });
  }

  /** Returns the counts of observed calls, which are made on first use, since few keys are observed. */
  observedCounts(): ObservedCounts {
    const rare = KeyEntry.#rareOf(this);
    rare.observed ??= newObservedCounts();
    return rare.observed;
  }

  /** Counts a call that begins. */
  callBegan(nowMs: number): void {
    this.sessions += 1;
    this.budget?.began(nowMs);
    if (this.budgetExhausted) KeyEntry.#reviveBudget(this, nowMs);
    this.called(nowMs);
  }

  /**
   * Takes one retry out of the budget. Emits an event when the budget runs out, and another once it has refused no
   * retry for a whole window.
   */
  tryWithdraw(nowMs: number): boolean {
    if (this.budget === undefined) return true;
    if (this.budgetExhausted) KeyEntry.#reviveBudget(this, nowMs);
    if (this.budget.tryWithdraw(nowMs)) return true;
    const rare = KeyEntry.#rareOf(this);
    rare.refusedMs = nowMs;
    if (!rare.budgetExhausted) {
      rare.budgetExhausted = true;
      this.#host.events.emit('budget', this.key, { state: 'exhausted' });
    }
    return false;
  }

  /**
   * Ends the shortage of a budget once it has refused no retry for a whole window, the span of its ledger. Before that,
   * single retries become affordable and are spent at once, which does not end the shortage.
   */
  static #reviveBudget(entry: KeyEntry, nowMs: number): void {
    const rare = KeyEntry.#rareOf(entry);
    if (entry.budget !== undefined) {
      if (nowMs - rare.refusedMs < entry.budget.windowMs || entry.budget.available(nowMs) < 1) return;
    }
    rare.budgetExhausted = false;
    entry.#host.events.emit('budget', entry.key, { state: 'available' });
  }

  /**
   * Records that a call has been served. This pays into the budget, and shows that throttled answers do not apply to
   * the whole key.
   */
  override served(nowMs: number, beganMs: number): void {
    super.served(nowMs, beganMs);
    this.budget?.answered(nowMs);
  }

  /** Returns the turn of the next call that waits for the end of a cool-down. */
  nextTurn(nowMs: number, random: () => number): Turn {
    const isAlone = KeyEntry.#fleetOf(this).instances <= 1;
    return this.coolDown.nextTurn(nowMs, this.turnEveryMs(nowMs), isAlone ? 0 : random());
  }

  /**
   * Returns the time between two calls that come back after a cool-down. They come at half the key's rate, on top of
   * its usual calls. In a fleet they come at a third of the fleet's rate, since the instances do not see each other's
   * calls.
   */
  turnEveryMs(nowMs: number): number {
    const { instances, callsPerSecond } = KeyEntry.#fleetOf(this);
    if (instances <= 1) return Math.min(MAX_TURN_MS, 2_000 / this.callsPerSecond(nowMs));
    return instances * Math.min(MAX_TURN_MS, 3_000 / (callsPerSecond ?? this.callsPerSecond(nowMs) * instances));
  }

  /**
   * Returns the turn after those already given to calls that waited for the end of a cool-down. Undefined if none are
   * left, or if there is no fleet.
   */
  turnInFleet(nowMs: number): Turn | undefined {
    return KeyEntry.#fleetOf(this).instances > 1 ? this.coolDown.turnAfterEnd(nowMs) : undefined;
  }

  static #fleetOf(entry: KeyEntry): FleetSnapshot {
    return entry.link.fleet?.() ?? ALONE;
  }

  /** Starts a cool-down of `hintMs`, or extends the present one. */
  startCoolDown(hintMs: number, nowMs: number, cause: FailureDigest | undefined): void {
    if (!this.coolDown.start(hintMs, nowMs, cause)) return;
    this.link.coolDownChanged?.(hintMs);
    this.#host.events.emit('coolDown', this.key, { remainingMs: hintMs });
  }

  liftCoolDown(nowMs: number): void {
    const wasCooling = this.coolDown.remainingMs(nowMs) > 0;
    this.coolDown.lift();
    if (!wasCooling) return;
    this.link.coolDownChanged?.(0);
    this.#host.events.emit('coolDown', this.key, { remainingMs: 0 });
  }

  transitioned({ from, to, why, counts, openForMs }: Transition): void {
    // A store may report a phase while it is being attached: there is no link yet.
    const cause = to === 'open' ? KeyEntry.#linkOf(this)?.state.breaker.cause : undefined;
    // A failed probe or an operator does not start a new outage: keep what began this one.
    const begun =
      to === 'closed' ? undefined : (this.opening ?? openingOf(why, counts, this.#host.clock.wallNow(), cause));
    KeyEntry.#rareOf(this).opening = begun;
    const failureRate = counts.calls === 0 ? 0 : counts.failures / counts.calls;
    this.#host.events.emit('breaker', this.key, { from, to, why, counts, failureRate, openForMs, cause });
  }

  /** Returns the rare parts, made on first use. Private methods are static, since others take memory in each object. */
  static #rareOf(entry: KeyEntry): RareParts {
    entry.#rare ??= new RareParts();
    return entry.#rare;
  }

  static #changeBreaker(entry: KeyEntry, { breaker }: PolicySettings): void {
    const rules = breaker === false ? undefined : breaker;
    entry.link.rulesChanged?.(rules);
    if (rules === undefined) {
      KeyEntry.#rareOf(entry).link = entry.link;
      entry.breaker = undefined;
      return;
    }
    const { breakers } = entry.#host;
    if (breakers !== undefined) entry.breaker ??= new Breaker(breakers, entry.link);
    entry.breaker?.rulesChanged();
  }

  /** Releases the link to the store. */
  release(): void {
    this.link.detach();
  }
}

const ONE_BY_ONE = { concurrency: 1, queue: Number.POSITIVE_INFINITY, maxQueueMs: Number.POSITIVE_INFINITY };
const ALONE: FleetSnapshot = Object.freeze({ instances: 1 });

/** Longest time between two turns, so that a key with few calls does not hold them for long. */
const MAX_TURN_MS = 1_000;
