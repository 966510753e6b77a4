import type { DeltaView, FleetView, FullView, KeyRow, LogEntry, PolicyRow } from '../src/view/wire.js';

const MAX_LOG = 500;
const SPARK_POINTS = 60;

/** Calls per second and those that were not answered, oldest first. */
export type Spark = (readonly [calls: number, bad: number])[];

/** All that the page knows, as the stream has told it. */
export class PageState {
  title = 'Breakwater';
  instance = '';
  admin = false;
  atMs = 0;
  /** By how much the clock of the process that is watched goes before ours. */
  offsetMs = 0;
  policies: readonly PolicyRow[] = [];
  readonly rows = new Map<string, KeyRow>();
  readonly sparks = new Map<string, Spark>();
  more = 0;
  /** Newest first. */
  log: readonly LogEntry[] = [];
  fleet: FleetView | undefined;

  /** The present, by the clock of the process that is watched. */
  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  replace(view: FullView): void {
    this.title = view.title;
    this.instance = view.instance;
    this.admin = view.admin;
    this.policies = view.policies;
    this.more = view.more;
    this.fleet = view.fleet;
    this.log = [];
    this.rows.clear();
    for (const row of view.keys) {
      this.rows.set(row.id, row);
      if (row.spark !== undefined) this.sparks.set(row.id, row.spark.slice(-SPARK_POINTS));
    }
    for (const id of this.sparks.keys()) if (!this.rows.has(id)) this.sparks.delete(id);
    this.#took(view.atMs, view.log);
  }

  /** Takes over what has changed, and returns what has happened. */
  change(view: DeltaView): readonly LogEntry[] {
    if (view.policies !== undefined) this.policies = view.policies;
    if (view.more !== undefined) this.more = view.more;
    if (view.fleet !== undefined) this.fleet = view.fleet;
    for (const row of view.keys ?? []) this.rows.set(row.id, row);
    for (const id of view.gone ?? []) {
      this.rows.delete(id);
      this.sparks.delete(id);
    }
    for (const row of this.rows.values()) this.#addToSpark(row);
    return this.#took(view.atMs, view.log ?? []);
  }

  #took(atMs: number, log: readonly LogEntry[]): readonly LogEntry[] {
    this.atMs = atMs;
    this.offsetMs = atMs - Date.now();
    const newest = this.log[0]?.seq ?? 0;
    const fresh = log.filter(({ seq }) => seq > newest).reverse();
    const replaced = new Set(fresh.map(({ replaces }) => replaces));
    const kept = [...fresh, ...this.log].filter(({ seq }) => !replaced.has(seq));
    if (fresh.length > 0) this.log = kept.slice(0, MAX_LOG);
    return fresh;
  }

  #addToSpark({ id, calls, failed, refused }: KeyRow): void {
    const spark = this.sparks.get(id) ?? [];
    this.sparks.set(id, spark);
    spark.push([calls, failed + refused]);
    if (spark.length > SPARK_POINTS) spark.shift();
  }
}
