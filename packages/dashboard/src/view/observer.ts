import type { Policy } from '@breakwater/core';
import type { Background } from '../host/background.js';
import { History, type HistoryStretch, resolutions } from '../measure/history.js';
import { PolicyList } from '../measure/policy-list.js';
import { EventLog } from './event-log.js';
import { PolicyWatch } from './policy-watch.js';
import type { KeyRow, PolicyRow } from './wire.js';

const LOOK_EVERY_MS = 1_000;

/** Watches policies from its start to its stop, even if no page is open, because a page shows the past, too. */
export class Observer {
  readonly log = new EventLog();
  readonly #source: () => Iterable<Policy>;
  readonly #background: Background;
  readonly #list = new PolicyList();
  readonly #watches = new Map<Policy, PolicyWatch>();
  readonly #histories = resolutions.map((resolution) => new History(resolution));
  readonly #listeners = new Set<() => void>();
  #cancel: (() => void) | undefined;
  #atMs = 0;

  constructor(source: () => Iterable<Policy>, background: Background) {
    this.#source = source;
    this.#background = background;
  }

  start(): void {
    this.look();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
    this.#listeners.clear();
  }

  /** Calls `listener` after each look, until the returned function is called. */
  onLook(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Looks at all policies now, as it also does every second. */
  look(): void {
    const { added, gone } = this.#list.update([...this.#source()]);
    for (const policy of gone) this.#forget(policy);
    for (const policy of added) {
      const wallNow = () => this.#background.wallNow();
      this.#watches.set(policy, new PolicyWatch(this.#list.idOf(policy), policy, this.log, wallNow));
    }
    this.#atMs = this.#background.wallNow();
    const instant = { nowMs: this.#background.now(), atMs: this.#atMs };
    for (const watch of this.#watches.values()) watch.look(instant, this.#histories, () => this.#background.now());
    for (const history of this.#histories) history.prune(this.#atMs);
    for (const listener of this.#listeners) listener();
  }

  /** Time of the last look, in ms since 1970. */
  get atMs(): number {
    return this.#atMs;
  }

  policyRows(): PolicyRow[] {
    return [...this.#watches.values()].map((watch) => watch.row());
  }

  /** Returns the rows, the most troubled key first, then the busiest. */
  keyRows(): KeyRow[] {
    const rows = [...this.#watches.values()].flatMap((watch) => watch.keyRows());
    return rows.sort((one, other) => other.trouble - one.trouble || other.calls - one.calls);
  }

  /** Returns the policy with that id, if it has such a key. */
  policyWith(id: string, key: string): Policy | undefined {
    const policy = this.policy(id);
    return policy !== undefined && this.#watches.get(policy)?.has(key) === true ? policy : undefined;
  }

  policy(id: string): Policy | undefined {
    return this.#list.find(id);
  }

  policies(): readonly Policy[] {
    return [...this.#watches.keys()];
  }

  /** Returns a key's past since then, by the second or, further back, by ten seconds. */
  history(rowId: string, sinceMs: number, stepMs: number): HistoryStretch | undefined {
    return this.#histories.find((history) => history.stepMs === stepMs)?.stretch(rowId, sinceMs, this.#atMs);
  }

  #forget(policy: Policy): void {
    this.#watches.get(policy)?.stop();
    this.#watches.delete(policy);
  }

  /**
   * Schedules the next look, in step with the seconds of the wall clock, so that no second of the history contains two
   * looks.
   */
  #schedule(): void {
    const intoSecondMs = this.#background.wallNow() % LOOK_EVERY_MS;
    const delayMs = LOOK_EVERY_MS - intoSecondMs;
    const next = (): void => {
      this.look();
      this.#schedule();
    };
    this.#cancel = this.#background.later(next, delayMs < LOOK_EVERY_MS / 2 ? delayMs + LOOK_EVERY_MS : delayMs);
  }
}
