import type { KeySnapshot, Policy, PolicySnapshot } from '@breakwater/core';
import type { History, Moment } from '../measure/history.js';
import { KeyMeter, type Second } from '../measure/key-meter.js';
import type { EventLog } from './event-log.js';
import { keyRow, rowId } from './key-row.js';
import { listenTo } from './listen.js';
import type { KeyRow, PolicyRow, StoreTrouble } from './wire.js';

/** Most keys that are counted between two looks at the policy. Further keys are shown without rates. */
const MAX_METERS = 10_000;
/** Largest share of the time that looking at a policy may take: one with very many keys is looked at less often. */
const MAX_SHARE = 1 / 20;
/** Most seconds for which one look stands, if there was none in between. */
const MAX_FILLED = 30;
const STATE_CODES = { closed: 0, 'half-open': 1, open: 2, 'forced-open': 3 } as const;

/** The time by both clocks. */
export interface Instant {
  readonly nowMs: number;
  readonly atMs: number;
}

/** One policy under observation. */
export class PolicyWatch {
  readonly id: string;
  readonly policy: Policy;
  readonly #meters = new Map<string, KeyMeter>();
  readonly #openedBy = new Map<string, string>();
  readonly #unlisten: () => void;
  #snapshot: PolicySnapshot | undefined;
  #lookedMs: number | undefined;
  #notBeforeMs = 0;

  constructor(id: string, policy: Policy, log: EventLog, wallNow: () => number) {
    this.id = id;
    this.policy = policy;
    this.#unlisten = listenTo(policy, {
      id,
      log,
      wallNow,
      meterOf: (key) => this.#meterOf(key),
      openedBy: (key, name) => void this.#openedBy.set(key, name),
    });
  }

  /** Looks at the policy: ends a second of each meter and writes it into the histories. */
  look({ nowMs, atMs }: Instant, histories: readonly History[], measureMs: () => number): void {
    if (nowMs < this.#notBeforeMs) return;
    const startedMs = measureMs();
    const passedMs = nowMs - (this.#lookedMs ?? nowMs);
    this.#lookedMs = nowMs;
    this.#snapshot = this.policy.snapshot();
    const { keys } = this.#snapshot;
    for (const [key, snapshot] of Object.entries(keys)) {
      const second = this.#meters.get(key)?.endSecond(nowMs, passedMs);
      if (isIdle(snapshot, second)) continue;
      const moment = momentOf(snapshot, second);
      const id = rowId(this.id, key);
      // Writes the second that has just ended, and the ones before it that were skipped.
      for (let ago = 0; ago < Math.min(MAX_FILLED, Math.round(passedMs / 1_000) || 1); ago += 1) {
        for (const history of histories) history.record(id, atMs - 500 - ago * 1_000, moment);
      }
    }
    for (const key of this.#meters.keys()) if (!Object.hasOwn(keys, key)) this.#meters.delete(key);
    for (const key of this.#openedBy.keys()) {
      if (keys[key]?.breaker?.state !== 'forced-open') this.#openedBy.delete(key);
    }
    this.#notBeforeMs = nowMs + (measureMs() - startedMs) / MAX_SHARE;
  }

  has(key: string): boolean {
    return this.#snapshot !== undefined && Object.hasOwn(this.#snapshot.keys, key);
  }

  row(): PolicyRow {
    const keys = Object.keys(this.#snapshot?.keys ?? {}).length;
    const store = troubleOf(this.#snapshot?.store);
    return { id: this.id, mode: this.policy.mode, keys, ...(store && { store }) };
  }

  keyRows(): KeyRow[] {
    const { settings } = this.policy;
    const { keys = {}, atMs = 0 } = this.#snapshot ?? {};
    return Object.entries(keys).map(([key, snapshot]) =>
      keyRow(this.id, key, snapshot, settings, this.#meters.get(key), this.#openedBy.get(key), atMs),
    );
  }

  stop(): void {
    this.#unlisten();
    this.#meters.clear();
  }

  #meterOf(key: string): KeyMeter | undefined {
    const known = this.#meters.get(key);
    if (known !== undefined || this.#meters.size >= MAX_METERS) return known;
    const meter = new KeyMeter();
    this.#meters.set(key, meter);
    return meter;
  }
}

function troubleOf(store: PolicySnapshot['store']): StoreTrouble | undefined {
  if (store?.degraded === true) return 'degraded';
  return store?.pollOnly === true ? 'poll-only' : undefined;
}

function isIdle({ inFlight, breaker, coolDown }: KeySnapshot, second: Second | undefined): boolean {
  const isQuiet = second === undefined || second.isEmpty;
  const isWell = breaker === undefined || breaker.state === 'closed';
  return isQuiet && isWell && inFlight === 0 && (coolDown?.remainingMs ?? 0) === 0;
}

function momentOf({ inFlight, breaker, budget, limit, coolDown }: KeySnapshot, second: Second | undefined): Moment {
  const perSecond = (count = 0): number => (second === undefined || second.ms === 0 ? 0 : (count * 1_000) / second.ms);
  return {
    answered: perSecond(second?.answered),
    failed: perSecond(second?.failed),
    refused: perSecond(second?.refused),
    attempts: perSecond(second?.attempts),
    p50: second?.latencies?.percentile(0.5),
    p95: second?.latencies?.percentile(0.95),
    inFlight,
    cap: limit?.cap,
    budget: budget?.available,
    coolDown: (coolDown?.remainingMs ?? 0) / 1_000,
    state: breaker === undefined ? 0 : STATE_CODES[breaker.state],
  };
}
