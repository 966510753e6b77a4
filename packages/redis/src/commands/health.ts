import type { StoreId, StoreStatus } from '@breakwater/core/store';

/** Shortest time between the last failure and the answer that restores Redis, in ms. */
const CALM_MS = 250;
/** The same for a Redis that comes and goes, in ms: a short calm has been no sign of its health before. */
const STEADY_MS = 5_000;
/** A failure within this time of the last one is no outage of its own, in ms. */
const FLAPPING_MS = 10_000;
/** Number of answers in a row that restore Redis. */
const CALM_ANSWERS = 2;

/**
 * Tells if Redis answers. It is degraded while any key has no answer: in a cluster, that may be a part of the keys. A
 * server that refuses one command of two, or comes and goes, is degraded once, not each time.
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

  /** Tells if listeners have received `degraded`, and not `restored` since. */
  get isToldDegraded(): boolean {
    return this.#isDegraded;
  }

  /** Tells if Redis seems to work again, but more answers are needed to be sure. */
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

  /** Records that messages are received, or are not although Redis answers. */
  push(comes: boolean): void {
    this.#notePush(comes, this.#isHeard);
  }

  /** Records that Redis published a change, or applied it and refused to publish it. */
  published(isSent: boolean): void {
    this.#notePush(this.#hears, isSent);
  }

  /** Forgets a key that is not used any more. */
  forget(key: object): void {
    this.#without.delete(key);
  }

  /** Notifies the listeners that instances judge a key by different rules, or no longer do. */
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
