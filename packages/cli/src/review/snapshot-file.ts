import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ObservedSnapshot } from '@breakwater/core';
import { UsageError } from '../command-io.js';

/** The part of a snapshot that a review needs. */
export interface ReviewedSnapshot {
  readonly policy: string;
  readonly mode: string;
  /** Counts of all its calls, including those that were only observed. */
  readonly done: DoneCounts;
  /** Undefined if nothing was observed. */
  readonly total: ObservedSnapshot | undefined;
  readonly byKey: ReadonlyMap<string, ObservedSnapshot>;
}

/** Counts of a policy: calls, its retries, calls saved by them, attempts that it refused. */
export interface DoneCounts {
  readonly calls: number;
  readonly retries: number;
  readonly saved: number;
  readonly rejected: number;
}

/** Reads results of `policy.snapshot()` from a JSON file: one, or an array. */
export async function readSnapshots(path: string, cwd: string): Promise<ReviewedSnapshot[]> {
  const given = await readJson(path, cwd);
  return (Array.isArray(given) ? given : [given]).map((snapshot) => reviewed(snapshot, path));
}

async function readJson(path: string, cwd: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${(error as Error).message}`);
  }
}

function reviewed(snapshot: unknown, path: string): ReviewedSnapshot {
  if (!isRecord(snapshot) || typeof snapshot.policy !== 'string' || typeof snapshot.mode !== 'string') {
    throw new UsageError(`${path} must be what policy.snapshot() gives, as JSON, or an array of that`);
  }
  const { policy, mode, totals, keys } = snapshot;
  if (!isRecord(totals) || !isRecord(keys)) {
    throw new UsageError(
      `${path} must be what policy.snapshot() gives: it has no ${isRecord(totals) ? 'keys' : 'totals'}`,
    );
  }
  const byKey = new Map<string, ObservedSnapshot>();
  for (const [key, own] of Object.entries(keys)) {
    const observed = isRecord(own) ? observedIn(own, `${path}: keys[${JSON.stringify(key)}]`) : undefined;
    if (observed !== undefined) byKey.set(key, observed);
  }
  return { policy, mode, done: doneIn(totals), total: observedIn(totals, `${path}: totals`), byKey };
}

/** Returns the counts, some of which a snapshot of an earlier release lacks. */
function doneIn(totals: Record<string, unknown>): DoneCounts {
  const of = (name: string): number => (isCount(totals[name]) ? (totals[name] as number) : 0);
  return { calls: of('calls'), retries: of('retries'), saved: of('saved'), rejected: of('rejected') };
}

const COUNTS = ['calls', 'failed', 'attempts', 'retries', 'saved', 'rejections', 'rejectedGood'] as const;

function observedIn({ observed }: Record<string, unknown>, at: string): ObservedSnapshot | undefined {
  if (observed === undefined || observed === null) return undefined;
  const bad = isRecord(observed) ? COUNTS.find((name) => !isCount(observed[name])) : 'calls';
  if (bad !== undefined) throw new UsageError(`${at}.observed.${bad} must be a number >= 0`);
  return observed as unknown as ObservedSnapshot;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
