import type { StoreId, StoreStatus } from '@breakwater/core/store';

/** Least time between the last failure and the answer that tells that Redis works again, in ms. */
const CALM_MS = 250;
/** The same for a Redis that flaps: a calm as short as one that was none before tells nothing. */
const STEADY_MS = 5_000;
/** A failure so soon after Redis seemed to work is no outage of its own. */
const FLAPPING_MS = 10_000;
/** Answers in a row that tell it. */
const CALM_ANSWERS = 2;

/**
 * Tells if Redis answers: degraded while any key is without it. In a cluster, a part of the keys may be. A server that
 * refuses one command of two, or comes and goes, is degraded once, not each time.
 */
export class Health {
  readonly #now: () => number;
  readonly #without = new Set<object>();
  readonly #listeners = new Set<(status: StoreStatus) => void>();
  #failedMs = Number.NEGATIVE_INFINITY;
  #calmMs = CALM_MS;
  #answers = 0;
  #isDegraded = false;
  #hears = true;
  #isHeard = true;

  constructor(now: () => number) {
    this.#now = now;
  }

  onStatus(listener: (status: StoreStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells if listeners were told that Redis fails, and not yet that it works again. */
  get isToldDegraded(): boolean {
    return this.#isDegraded;
  }

  /** Tells if Redis seems to work again, and more answers are needed to be sure. */
  get needsAnswers(): boolean {
    return this.#isDegraded && this.#without.size === 0;
  }

  isDegraded(key: object): boolean {
    return this.#without.has(key);
  }

  failed(key: object, error: unknown): void {
    const nowMs = this.#now();
    if (!this.#isDegraded) this.#calmMs = nowMs - this.#failedMs < FLAPPING_MS ? STEADY_MS : CALM_MS;
    this.#without.add(key);
    this.#failedMs = nowMs;
    this.#answers = 0;
    if (this.#isDegraded) return;
    this.#isDegraded = true;
    this.#tell({ status: 'degraded', error });
  }

  worked(key: object): void {
    this.#without.delete(key);
    if (!this.#isDegraded || this.#without.size > 0) return;
    this.#answers += 1;
    if (this.#answers < CALM_ANSWERS || this.#now() - this.#failedMs < this.#calmMs) return;
    this.#isDegraded = false;
    this.#tell({ status: 'restored', error: undefined });
  }

  /** Messages come, or do not although Redis answers. */
  push(comes: boolean): void {
    this.#notePush(comes, this.#isHeard);
  }

  /** A message was sent, or was refused although Redis did what it tells of. */
  published(isSent: boolean): void {
    this.#notePush(this.#hears, isSent);
  }

  /** The key is no longer used, so its state counts no more. */
  forget(key: object): void {
    this.#without.delete(key);
  }

  /** Instances with other rules have been seen on a key, or no longer are. */
  rules(id: StoreId, differ: boolean): void {
    this.#tell({ status: differ ? 'rules-differ' : 'rules-agree', error: undefined, id });
  }

  #notePush(hears: boolean, isHeard: boolean): void {
    const had = this.#hears && this.#isHeard;
    const has = hears && isHeard;
    this.#hears = hears;
    this.#isHeard = isHeard;
    if (had !== has) this.#tell({ status: has ? 'push-restored' : 'poll-only', error: undefined });
  }

  #tell(status: StoreStatus): void {
    for (const listener of [...this.#listeners]) listener(status);
  }
}
