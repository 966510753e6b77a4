// Data that the page and `breakwater watch` receive. Absent: unknown, or there is no such thing.

import type { BreakerPhase, Mode } from '@breakwater/core';
import type { FailureReason } from '../measure/key-meter.js';

/** One key of one policy at one moment. Instants are in ms since 1970 by the clock of the process that is watched. */
export interface KeyRow {
  /** Unique, stable and made of `policy` and `key`. */
  readonly id: string;
  readonly policy: string;
  readonly key: string;
  /** `none`: the policy has no breaker. */
  readonly state: BreakerPhase | 'none';
  /** The larger, the more it needs to be looked at; 0: nothing is wrong. */
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
  /** Calls that wait for a free place. */
  readonly waiting?: number;
  /** Retries that may be made now. */
  readonly budget?: number;
  readonly reasons?: readonly FailureReason[];
  /** Calls per second and those of them that were not answered, second by second, oldest first. */
  readonly spark?: readonly (readonly [calls: number, bad: number])[];
}

export interface PolicyRow {
  /** The policy's name, with a number if there are several of that name. */
  readonly id: string;
  readonly mode: Mode;
  readonly keys: number;
}

export type LogLevel = 'bad' | 'warn' | 'good' | 'info';

/** Something that happened. */
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
  /** The number of the entry that this one takes the place of. */
  readonly replaces?: number;
}

/** A key in the eyes of the whole fleet. */
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

/** All that there is to see. The first event of a stream, and `snapshot.json`. */
export interface FullView {
  readonly atMs: number;
  readonly title: string;
  readonly instance: string;
  /** Tells if the page offers actions by hand. */
  readonly admin: boolean;
  readonly policies: readonly PolicyRow[];
  readonly keys: readonly KeyRow[];
  /** Keys that are too many to be shown. */
  readonly more: number;
  readonly log: readonly LogEntry[];
  readonly fleet?: FleetView;
}

/** Changes since the event before. */
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
