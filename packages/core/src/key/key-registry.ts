import type { KeyEntry } from './key-entry.js';

/** Most keys in use that a new key skips to find one to evict, so that its cost is bounded even with many keys. */
const MAX_SPARED = 16;

/** The keys of a policy in the order of their last use. Sets no timers: idle keys are removed when a new key comes. */
export class KeyRegistry {
  readonly #entries = new Map<string, KeyEntry>();
  #maxKeys: number;
  #idleMs: number;
  /**
   * Keys in trouble that would have been evicted otherwise, in the order in which they were found. They are not in the
   * chain.
   */
  readonly #troubled = new Set<KeyEntry>();
  #newest: KeyEntry | undefined;
  #oldest: KeyEntry | undefined;

  constructor(maxKeys: number, idleMs: number) {
    this.#maxKeys = maxKeys;
    this.#idleMs = idleMs;
  }

  /** Changes the bounds, and evicts what is over them. */
  resize(maxKeys: number, idleMs: number, nowMs: number): void {
    this.#maxKeys = maxKeys;
    this.#idleMs = idleMs;
    this.prune(nowMs);
    this.#evictDownTo(this.#maxKeys, nowMs);
  }

  /** Returns the key's entry, which `create` makes if there is none, and marks it as used last. */
  use(key: string, nowMs: number, create: (key: string) => KeyEntry): KeyEntry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      this.prune(nowMs);
      this.#makeRoom(nowMs);
      entry = create(key);
      this.#entries.set(key, entry);
      this.#pushNewest(entry);
    } else if (entry !== this.#newest) {
      this.#takeOut(entry);
      this.#pushNewest(entry);
    }
    entry.lastUsedMs = wholeMs(nowMs);
    return entry;
  }

  /** Returns all entries, the one used last first. */
  *all(): Iterable<KeyEntry> {
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) yield entry;
    yield* [...this.#troubled].reverse();
  }

  /** Forgets the keys that have been idle for too long. */
  prune(nowMs: number): void {
    const isIdle = (entry: KeyEntry): boolean => nowMs - entry.lastUsedMs >= this.#idleMs;
    this.#evictWhile(nowMs, isIdle);
    for (const entry of this.#troubled) {
      if (isIdle(entry) && !entry.inUse && !entry.isHeld(nowMs)) this.#forget(entry);
    }
  }

  clear(): void {
    for (const entry of [...this.all()]) this.#forget(entry);
  }

  #makeRoom(nowMs: number): void {
    this.#evictDownTo(this.#maxKeys - 1, nowMs);
  }

  /** Evicts healthy keys first, then those in trouble, of which the one found first goes first. */
  #evictDownTo(size: number, nowMs: number): void {
    this.#evictWhile(nowMs, () => this.#entries.size > size);
    for (const entry of this.#troubled) {
      if (this.#entries.size <= size) return;
      if (!entry.inUse) this.#evict(entry, nowMs);
    }
  }

  /**
   * Evicts entries while `tooMany` is true for the oldest one. Keys in use are skipped and become the newest; after
   * `MAX_SPARED` of them the next search goes on from there.
   */
  #evictWhile(nowMs: number, tooMany: (oldest: KeyEntry) => boolean): void {
    let spared = 0;
    for (
      let oldest = this.#oldest;
      oldest !== undefined && spared < MAX_SPARED && tooMany(oldest);
      oldest = this.#oldest
    ) {
      if (!oldest.inUse) {
        if (oldest.isInTrouble(nowMs)) {
          this.#unchain(oldest);
          this.#troubled.add(oldest);
        } else {
          this.#evict(oldest, nowMs);
        }
        continue;
      }
      spared += 1;
      this.#unchain(oldest);
      this.#pushNewest(oldest);
      oldest.lastUsedMs = wholeMs(nowMs);
    }
  }

  #evict(entry: KeyEntry, nowMs: number): void {
    entry.evicted(nowMs);
    this.#forget(entry);
  }

  #forget(entry: KeyEntry): void {
    this.#entries.delete(entry.key);
    this.#takeOut(entry);
    entry.release();
  }

  #takeOut(entry: KeyEntry): void {
    if (!this.#troubled.delete(entry)) this.#unchain(entry);
  }

  #pushNewest(entry: KeyEntry): void {
    entry.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = entry;
    this.#newest = entry;
    this.#oldest ??= entry;
  }

  #unchain(entry: KeyEntry): void {
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    entry.newer = undefined;
    entry.older = undefined;
  }
}

/** Rounds up, since a whole number takes no memory of its own in each entry. No key counts as idle too early. */
function wholeMs(nowMs: number): number {
  return Math.ceil(nowMs);
}
