/** Lines that were omitted for one event of one key within a minute. */
export interface LeftOut {
  readonly event: string;
  readonly key: string;
  readonly leftOut: number;
}

interface Minute {
  readonly event: string;
  readonly key: string;
  written: number;
  leftOut: number;
}

const MINUTE_MS = 60_000;

/** Bounds lines per event, key and minute. Keys beyond `maxKeys` in one minute share one quota, named `_OTHER`. */
export class LogQuota {
  readonly #linesPerMinute: number;
  readonly #maxKeys: number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #minutes = new Map<string, Map<string, Minute>>();

  constructor(linesPerMinute: number, maxKeys: number) {
    this.#linesPerMinute = linesPerMinute;
    this.#maxKeys = maxKeys;
  }

  /** Begins a new minute if the last one is over, and returns the lines omitted in it. */
  turn(atMs: number): readonly LeftOut[] {
    // A clock that was set back begins a minute too: the old one would otherwise last until the clock catches up.
    if (atMs >= this.#beganMs && atMs < this.#beganMs + MINUTE_MS) return [];
    const ended = this.drain();
    this.#beganMs = atMs;
    return ended;
  }

  /** Counts a line; returns false if it exceeds the quota. */
  allows(event: string, key: string): boolean {
    const minute = this.#minuteOf(event, key);
    if (minute.written < this.#linesPerMinute) {
      minute.written += 1;
      return true;
    }
    minute.leftOut += 1;
    return false;
  }

  /** Returns the lines omitted since the minute began, and forgets them. */
  drain(): readonly LeftOut[] {
    const minutes = [...this.#minutes.values()].flatMap((byEvent) => [...byEvent.values()]);
    this.#minutes = new Map();
    return minutes.filter(({ leftOut }) => leftOut > 0).map(({ event, key, leftOut }) => ({ event, key, leftOut }));
  }

  #minuteOf(event: string, key: string): Minute {
    const own = this.#minutes.has(key) || this.#minutes.size < this.#maxKeys ? key : '_OTHER';
    const byEvent = this.#minutes.get(own) ?? new Map<string, Minute>();
    this.#minutes.set(own, byEvent);
    const minute = byEvent.get(event) ?? { event, key: own, written: 0, leftOut: 0 };
    byEvent.set(event, minute);
    return minute;
  }
}
