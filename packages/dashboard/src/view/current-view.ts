import type { Observer } from './observer.js';
import type { DeltaView, FleetView, FullView, KeyRow } from './wire.js';

/** More rows would not help a reader, and would make each event of the stream megabytes long. */
export const MAX_ROWS = 2_000;
const MAX_SPARKS = 100;
const SPARK_MS = 60_000;

/** Subject of a page. */
export interface PageFacts {
  readonly title: string;
  readonly instance: string;
  readonly admin: boolean;
}

/** Returns everything that there is to see now. */
export function fullView(observer: Observer, facts: PageFacts, fleet: FleetView | undefined): FullView {
  const all = observer.keyRows();
  const keys = all.slice(0, MAX_ROWS);
  return {
    atMs: observer.atMs,
    ...facts,
    policies: observer.policyRows(),
    keys: keys.map((row, index) => (index < MAX_SPARKS ? { ...row, spark: sparkOf(observer, row) } : row)),
    more: all.length - keys.length,
    log: observer.log.after(0),
    ...(fleet && { fleet }),
  };
}

function sparkOf(observer: Observer, { id }: KeyRow): NonNullable<KeyRow['spark']> {
  const stretch = observer.history(id, observer.atMs - SPARK_MS, 1_000);
  const { answered = [], failed = [], refused = [] } = stretch?.values ?? {};
  return answered.map((good, at) => {
    const bad = (failed[at] ?? 0) + (refused[at] ?? 0);
    return [(good ?? 0) + bad, bad] as const;
  });
}

/** Remembers what the stream has sent, and finds what is new. */
export class ChangeFinder {
  #keys = new Map<string, string>();
  #policies = '';
  #fleet = '';
  #more = 0;
  #logSeq = 0;

  /** Returns the changes since the previous call; the first time, everything. */
  changes(observer: Observer, fleet: FleetView | undefined): DeltaView {
    const all = observer.keyRows();
    const rows = all.slice(0, MAX_ROWS);
    const texts = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
    const keys = rows.filter((row) => this.#keys.get(row.id) !== texts.get(row.id));
    const gone = [...this.#keys.keys()].filter((id) => !texts.has(id));
    const policies = observer.policyRows();
    const [policyText, fleetText] = [JSON.stringify(policies), JSON.stringify(fleet ?? null)];
    const log = observer.log.after(this.#logSeq);
    const more = all.length - rows.length;
    const delta: DeltaView = {
      atMs: observer.atMs,
      ...(keys.length > 0 && { keys }),
      ...(gone.length > 0 && { gone }),
      ...(policyText !== this.#policies && { policies }),
      ...(more !== this.#more && { more }),
      ...(log.length > 0 && { log }),
      ...(fleet !== undefined && fleetText !== this.#fleet && { fleet }),
    };
    this.#keys = texts;
    this.#policies = policyText;
    this.#fleet = fleetText;
    this.#more = more;
    this.#logSeq = observer.log.lastSeq;
    return delta;
  }
}
