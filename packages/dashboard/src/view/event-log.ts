import type { LogEntry } from './wire.js';

const MAX_ENTRIES = 500;
/** Time in which the same text of the same key is written only once, in ms. */
const REPEAT_MS = 10_000;

/** Entry of the log. Consecutive entries of one key with the same `fold` become one. */
export interface NewEntry extends Omit<LogEntry, 'seq' | 'times' | 'replaces'> {
  readonly fold?: string;
}

type KeptEntry = LogEntry & { readonly fold: string | undefined };

/** The latest events, in bounded memory. */
export class EventLog {
  #entries: KeptEntry[] = [];
  #lastSeq = 0;

  /** Number of the newest entry. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  add({ fold, ...entry }: NewEntry): void {
    const before = this.#lastOf(entry);
    const isFolded = before !== undefined && fold !== undefined && before.fold === fold;
    if (!isFolded && before?.text === entry.text && entry.atMs - before.atMs < REPEAT_MS) return;
    this.#lastSeq += 1;
    const seq = this.#lastSeq;
    if (!isFolded) {
      this.#entries.push({ seq, ...entry, fold });
    } else {
      this.#entries.splice(this.#entries.indexOf(before), 1);
      this.#entries.push({ seq, ...entry, fold, times: (before.times ?? 1) + 1, replaces: before.seq });
    }
    if (this.#entries.length > MAX_ENTRIES) this.#entries = this.#entries.slice(-MAX_ENTRIES);
  }

  /** Returns the entries after the given number, oldest first. */
  after(seq: number): readonly LogEntry[] {
    const first = this.#entries.findIndex((entry) => entry.seq > seq);
    return first < 0 ? [] : this.#entries.slice(first).map(({ fold: _fold, ...entry }) => entry);
  }

  #lastOf({ policy, key }: NewEntry): KeptEntry | undefined {
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      const entry = this.#entries[at];
      if (entry?.policy === policy && entry.key === key) return entry;
    }
    return undefined;
  }
}
