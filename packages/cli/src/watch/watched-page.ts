/** A key, as a terminal shows it. */
export interface WatchedKey {
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  readonly state: string;
  readonly trouble: number;
  readonly says: string;
  readonly next: string;
  readonly calls: number;
  readonly answered: number;
  readonly refused: number;
  readonly attempts: number;
  readonly inFlight: number;
  readonly p95Ms: number | undefined;
  readonly cap: number | undefined;
}

/** An event. */
export interface WatchedEvent {
  readonly seq: number;
  readonly atMs: number;
  readonly policy: string;
  readonly key: string;
  readonly level: string;
  readonly text: string;
  /** Number of times in a row. */
  readonly times: number;
  /** Number of the event that this one replaces. */
  readonly replaces: number | undefined;
}

const MAX_LOG = 200;

/** State of a page so far. Data from the network is checked and made printable; data of another shape is ignored. */
export class WatchedPage {
  instance = '';
  atMs = 0;
  readonly keys = new Map<string, WatchedKey>();
  /** Troubles of the stores that the policies share with other processes. */
  storeTroubles: readonly string[] = [];
  #isAnew = true;
  /** Oldest first. */
  log: readonly WatchedEvent[] = [];

  /** Applies an event, and returns the new log entries since the previous one. */
  take(name: string, data: string): readonly WatchedEvent[] {
    const view = recordOf(parsed(data));
    if (view === undefined || (name !== 'full' && name !== 'delta')) return [];
    if (name === 'full') {
      this.instance = text(view.instance);
      this.keys.clear();
    }
    this.atMs = number(view.atMs);
    if (Array.isArray(view.policies)) {
      this.storeTroubles = [...new Set(view.policies.map((policy) => text(recordOf(policy)?.store)).filter(Boolean))];
    }
    for (const row of listOf(view.keys).flatMap(keyOf)) this.keys.set(row.id, row);
    for (const id of listOf(view.gone)) this.keys.delete(String(id));
    const newest = this.log.at(-1)?.seq ?? 0;
    const fresh = listOf(view.log)
      .flatMap(eventOf)
      .filter(({ seq }) => seq > newest);
    const replaced = new Set(fresh.map(({ replaces }) => replaces));
    this.log = [...this.log, ...fresh].filter(({ seq }) => !replaced.has(seq)).slice(-MAX_LOG);
    // Events before the watch began are not new.
    const isAnew = this.#isAnew;
    this.#isAnew = false;
    return isAnew ? [] : fresh;
  }

  /** Returns the keys, the most troubled first, then the busiest. */
  rows(): readonly WatchedKey[] {
    return [...this.keys.values()].sort((one, other) => other.trouble - one.trouble || other.calls - one.calls);
  }
}

function keyOf(value: unknown): WatchedKey[] {
  const row = recordOf(value);
  if (row === undefined || typeof row.id !== 'string') return [];
  return [
    {
      id: row.id,
      policy: text(row.policy),
      key: text(row.key),
      state: text(row.state),
      trouble: number(row.trouble),
      says: text(row.says),
      next: text(row.next),
      calls: number(row.calls),
      answered: number(row.answered),
      refused: number(row.refused),
      attempts: number(row.attempts),
      inFlight: number(row.inFlight),
      p95Ms: row.p95Ms === undefined ? undefined : number(row.p95Ms),
      cap: row.cap === undefined ? undefined : number(row.cap),
    },
  ];
}

function eventOf(value: unknown): WatchedEvent[] {
  const entry = recordOf(value);
  if (entry === undefined) return [];
  return [
    {
      seq: number(entry.seq),
      atMs: number(entry.atMs),
      policy: text(entry.policy),
      key: text(entry.key),
      level: text(entry.level),
      text: text(entry.text),
      times: number(entry.times) || 1,
      replaces: entry.replaces === undefined ? undefined : number(entry.replaces),
    },
  ];
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** Returns printable text: others choose the keys, and a terminal executes control characters. */
function text(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, '\ufffd') : '';
}
