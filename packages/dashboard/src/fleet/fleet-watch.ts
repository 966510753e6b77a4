import type { Policy } from '@breakwater/core';
import type { InstanceBoard, InstanceText } from '@breakwater/core/store';
import type { Background } from '../host/background.js';
import { rowId } from '../view/key-row.js';
import type { FleetInstance, FleetRow, FleetView, InstanceRow, KeyRow } from '../view/wire.js';
import { type InstanceReport, readReport, writeReport } from './instance-text.js';

const TOPIC = 'dashboard';
const LOOK_EVERY_MS = 2_000;
const MAX_INSTANCES = 500;
/** Longest time for which a text is shown: the last text from a store that has gone would look current. */
const STALE_MS = 10_000;

interface HeardReport extends InstanceReport {
  readonly instance: string;
  readonly ageMs: number;
}

/** The part of a process that a fleet watch shows to the others. */
export interface OwnFigures {
  name(): string;
  policies(): readonly Policy[];
  rows(): readonly KeyRow[];
}

/**
 * Shows this instance to the others through the store of its policies, and reads what they show: the former while any
 * process has a reader, the latter while this one has. Does nothing if no store connects several processes.
 */
export class FleetWatch {
  readonly #own: OwnFigures;
  readonly #background: Background;
  readonly #boards = new Map<object, { readonly board: InstanceBoard; readonly undo: () => void }>();
  #reports: readonly HeardReport[] | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #readMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;

  constructor(own: OwnFigures, background: Background) {
    this.#own = own;
    this.#background = background;
  }

  /** Updates the stores to those of the present policies. */
  update(): void {
    const stores = new Set(this.#own.policies().map(({ settings }) => settings.store));
    for (const [store, { undo }] of this.#boards) {
      if (stores.has(store as never)) continue;
      undo();
      this.#boards.delete(store);
    }
    for (const store of stores) {
      if (this.#boards.has(store) || store.instances === undefined) continue;
      try {
        const board = store.instances(TOPIC);
        this.#boards.set(store, { board, undo: board.show(() => writeReport(this.#own.name(), this.#own.rows())) });
      } catch {
        // A failing store emits events of its own. The page shows only this process then.
      }
    }
  }

  /**
   * Reads the texts of the others, at most every two seconds. Called as often as needed while there is a reader here.
   */
  look(): void {
    if (this.#boards.size === 0 || this.#isLooking) return;
    const nowMs = this.#background.now();
    if (nowMs - this.#lookedMs < LOOK_EVERY_MS - 100) return;
    this.#lookedMs = nowMs;
    this.#isLooking = true;
    void this.#read().finally(() => {
      this.#isLooking = false;
    });
  }

  /** Returns the fleet as a whole; undefined if there is none, or nothing is known about it yet. */
  view(): FleetView | undefined {
    const reports = this.#ofOwnPolicies();
    if (reports === undefined) return undefined;
    const instances: FleetInstance[] = reports.map(({ name, ageMs, keys }) => ({
      name,
      ageMs,
      keys: keys.length,
      inTrouble: keys.filter(({ trouble }) => trouble > 0).length,
    }));
    return { instances, keys: rowsOf(reports) };
  }

  /** Returns the rows of one key, instance by instance. */
  instancesOf(policy: string, key: string): InstanceRow[] {
    return (this.#ofOwnPolicies() ?? []).flatMap(({ name, ageMs, keys }) =>
      keys
        .filter((row) => row.policy === policy && row.key === key)
        .map(({ policy: _policy, key: _key, trouble: _trouble, attempts: _attempts, ...row }) => ({
          instance: name,
          ageMs,
          ...row,
        })),
    );
  }

  stop(): void {
    for (const { undo } of this.#boards.values()) undo();
    this.#boards.clear();
    this.#reports = undefined;
  }

  async #read(): Promise<void> {
    const found = await Promise.allSettled([...this.#boards.values()].map(async ({ board }) => board.look()));
    const texts = found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    this.#readMs = this.#background.now();
    this.#reports = texts.length === 0 ? undefined : texts.slice(0, MAX_INSTANCES).flatMap(heard);
  }

  /** Returns the reports without the policies of other services, which may share the store. */
  #ofOwnPolicies(): readonly HeardReport[] | undefined {
    if (this.#background.now() - this.#readMs > STALE_MS) return undefined;
    const ownName = this.#own.name();
    const names = new Set(this.#own.policies().map(({ name }) => name));
    return this.#reports
      ?.map((report) => ({ ...report, keys: report.keys.filter(({ policy }) => names.has(policy)) }))
      .filter(({ keys, name }) => keys.length > 0 || name === ownName)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }
}

/** Returns the name by which a store of these policies knows this process; undefined if none shares with others. */
export function instanceInStores(policies: readonly Policy[]): string | undefined {
  for (const { settings } of policies) {
    try {
      const { instance } = settings.store;
      if (typeof instance === 'string' && instance !== '') return instance;
    } catch {
      // A store that fails has no name.
    }
  }
  return undefined;
}

function heard({ instance, text, ageMs }: InstanceText): HeardReport[] {
  const report = readReport(text);
  return report === undefined ? [] : [{ ...report, instance, ageMs: Math.round(ageMs) }];
}

function rowsOf(reports: readonly HeardReport[]): FleetRow[] {
  const rows = new Map<string, FleetRow>();
  for (const { keys } of reports) {
    for (const { policy, key, state, trouble, ...figures } of keys) {
      const id = rowId(policy, key);
      const row = rows.get(id);
      const sum = (name: 'calls' | 'answered' | 'failed' | 'refused' | 'attempts' | 'inFlight'): number =>
        Math.round(((row?.[name] ?? 0) + figures[name]) * 10) / 10;
      rows.set(id, {
        id,
        policy,
        key,
        states: { ...row?.states, [state]: (row?.states[state] ?? 0) + 1 },
        trouble: Math.max(row?.trouble ?? 0, trouble),
        calls: sum('calls'),
        answered: sum('answered'),
        failed: sum('failed'),
        refused: sum('refused'),
        attempts: sum('attempts'),
        inFlight: sum('inFlight'),
      });
    }
  }
  return [...rows.values()].sort((one, other) => other.trouble - one.trouble || other.calls - one.calls);
}
