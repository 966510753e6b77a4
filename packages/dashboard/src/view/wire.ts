// Data that the page and `breakwater watch` receive. Absent: unknown, or not applicable.

import type { BreakerPhase, Mode } from '@breakwater/core';
import type { FailureReason } from '../measure/key-meter.js';

/** One key of one policy at one moment. Instants are in ms since 1970 by the clock of the watched process. */
export interface KeyRow {
  /** Unique and stable; made of `policy` and `key`. */
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  /** `none`: the policy has no breaker. */
  readonly state: BreakerPhase | 'none';
  /** Need for attention: the larger, the more; 0: nothing is wrong. */
  readonly trouble: number;
  /** Why calls are refused or fail, in a sentence; empty if nothing is wrong. */
  readonly says: string;
  /** The next step and its time, in a sentence; empty if there is none. */
  readonly next: string;
  readonly sinceMs?: number;
  readonly openedAtMs?: number;
  /** Why the circuit left `closed`, in words. */
  readonly openedBecause?: string;
  readonly nextProbeMs?: number;
  readonly coolDownUntilMs?: number;
  readonly coolDownWaiting?: number;
  /** Per second, over the last ten seconds. */
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly attempts: number;
  readonly wouldReject: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly inFlight: number;
  /** Attempts that may be in flight; absent while an adaptive limit sleeps. */
  readonly cap?: number;
  /** Calls that wait for a free slot. */
  readonly waiting?: number;
  /** Retries that may be made now. */
  readonly budget?: number;
  readonly reasons?: readonly FailureReason[];
  /** The fleet that shares the key, as this process saw it last. */
  readonly fleet?: KeyFleet;
  /** Calls per second and the unanswered ones among them, second by second, oldest first. */
  readonly spark?: readonly (readonly [calls: number, bad: number])[];
}

export interface KeyFleet {
  /** Number of processes that have the key in use. */
  readonly instances: number;
  /** Time of the fleet's last answer about the key. */
  readonly syncedAtMs?: number;
  /** Names of processes whose failures opened the circuit. */
  readonly openedBy?: readonly string[];
}

export interface PolicyRow {
  /** The policy's name, with a number added if there are several of that name. */
  readonly id: string;
  readonly mode: Mode;
  readonly keys: number;
  /** Trouble with the store that the policy shares with other processes; absent if there is none. */
  readonly store?: StoreTrouble;
}

/**
 * `degraded`: the store fails, so that each process decides alone. `poll-only`: it sends no messages, so that changes
 * by other processes are found by polling.
 */
export type StoreTrouble = 'degraded' | 'poll-only';

export type LogLevel = 'bad' | 'warn' | 'good' | 'info';

/** An event. */
export interface LogEntry {
  /** Rises by one with each entry. */
  readonly seq: number;
  readonly atMs: number;
  readonly policy: string;
  /** Empty if it concerns all keys. */
  readonly key: string;
  readonly level: LogLevel;
  readonly text: string;
  /** Number of times in a row; absent: once. */
  readonly times?: number;
  /** Number of the entry that this one replaces. */
  readonly replaces?: number;
}

/** A key as the whole fleet sees it. */
export interface FleetRow {
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  /** Number of instances in each state. */
  readonly states: Readonly<Record<string, number>>;
  readonly trouble: number;
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly attempts: number;
  readonly inFlight: number;
}

/** One process of the fleet. */
export interface FleetInstance {
  readonly name: string;
  /** Age of its text. */
  readonly ageMs: number;
  readonly keys: number;
  readonly inTrouble: number;
}

/** The fleet, as its instances report. */
export interface FleetView {
  readonly instances: readonly FleetInstance[];
  readonly keys: readonly FleetRow[];
}

/** Everything that there is to see. The first event of a stream, and `snapshot.json`. */
export interface FullView {
  readonly atMs: number;
  readonly title: string;
  readonly instance: string;
  /** Tells if the page offers actions by hand. */
  readonly admin: boolean;
  readonly policies: readonly PolicyRow[];
  readonly keys: readonly KeyRow[];
  /** Number of keys that are not shown because there are too many. */
  readonly more: number;
  readonly log: readonly LogEntry[];
  readonly fleet?: FleetView;
}

/** Changes since the previous event. */
export interface DeltaView {
  readonly atMs: number;
  readonly policies?: readonly PolicyRow[];
  readonly keys?: readonly KeyRow[];
  readonly gone?: readonly string[];
  readonly more?: number;
  readonly log?: readonly LogEntry[];
  readonly fleet?: FleetView;
}

/** One instance's own figures of one key, for the table of a key's page. */
export interface InstanceRow {
  readonly instance: string;
  readonly ageMs: number;
  readonly state: KeyRow['state'];
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly refused: number;
  readonly inFlight: number;
  readonly p95Ms?: number;
  readonly cap?: number;
}
