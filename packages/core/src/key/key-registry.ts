import type { KeyEntry } from './key-entry.js';

/**
 * Keys in use that a new key may pass over to find one to evict, so that a hundred thousand of them cost it nothing.
 */
const MAX_SPARED = 16;

/** The keys of a policy in the order of their last use. No timers: what is idle goes when a new key comes. */
export class KeyRegistry {
  readonly #entries = new Map<string, KeyEntry>();
  #maxKeys: number;
  #idleMs: number;
  /**
   * Keys in trouble that would have gone if they were well, in the order in which they were found; each is in the chain
   * no more.
   */
  readonly #troubled = new Set<KeyEntry>();
  #newest: KeyEntry | undefined;
  #oldest: KeyEntry | undefined;

  constructor(maxKeys: number, idleMs: number) {
    this.#maxKeys = maxKeys;
    this.#idleMs = idleMs;
  }

  /** Keeps no more than this from now on. */
  resize(maxKeys: number, idleMs: number, nowMs: number): void {
    this.#maxKeys = maxKeys;
    this.#idleMs = idleMs;
    this.prune(nowMs);
    this.#evictDownTo(this.#maxKeys, nowMs);
  }

  /** Returns the key's entry, made by `create` if there is none, as the one used last. */
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

  /** All entries, the one used last first. */
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

  /** Evicts healthy keys first, then those in trouble: the one that was found longest ago goes first. */
  #evictDownTo(size: number, nowMs: number): void {
    this.#evictWhile(nowMs, () => this.#entries.size > size);
    for (const entry of this.#troubled) {
      if (this.#entries.size <= size) return;
      if (!entry.inUse) this.#evict(entry, nowMs);
    }
  }

  /**
   * A key in use is passed over and becomes one of the newest. After a number of those the search goes on with a later
   * key.
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

/** A whole number takes no memory of its own in each entry. A key is never idle too early. */
function wholeMs(nowMs: number): number {
  return Math.ceil(nowMs);
}
