import type { InstanceRow, KeyRow } from '../view/wire.js';

/** Text of one instance for the others. */
export interface InstanceReport {
  readonly name: string;
  readonly keys: readonly InstanceKey[];
}

export interface InstanceKey extends Omit<InstanceRow, 'instance' | 'ageMs'> {
  readonly policy: string;
  readonly key: string;
  readonly trouble: number;
  readonly attempts: number;
}

const VERSION = 1;
const STATES = ['none', 'closed', 'half-open', 'open', 'forced-open'] as const;
const MAX_KEYS = 300;
/** Most characters of the whole text. */
const MAX_LENGTH = 32_000;
const MAX_NAME = 200;

/** Writes the most troubled and the busiest keys of this instance into a short text. */
export function writeReport(name: string, rows: readonly KeyRow[]): string {
  const keys: unknown[] = [];
  let length = 100 + name.length;
  for (const row of rows.slice(0, MAX_KEYS)) {
    const { policy, key, trouble, answered, failed, refused, attempts, inFlight } = row;
    const state = STATES.indexOf(row.state);
    const entry = [
      policy,
      key,
      state,
      trouble,
      answered,
      failed,
      refused,
      attempts,
      inFlight,
      row.p95Ms ?? -1,
      row.cap ?? -1,
    ];
    length += JSON.stringify(entry).length + 1;
    if (length > MAX_LENGTH) break;
    keys.push(entry);
  }
  return JSON.stringify([VERSION, name.slice(0, MAX_NAME), ...keys]);
}

/**
 * Reads another instance's text; undefined if it is not of this version. The result always has the declared types,
 * whatever the text holds.
 */
export function readReport(text: string): InstanceReport | undefined {
  if (text.length > 2 * MAX_LENGTH) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [version, name, ...keys] = parsed as unknown[];
  if (version !== VERSION || typeof name !== 'string') return undefined;
  return { name: name.slice(0, MAX_NAME), keys: keys.slice(0, MAX_KEYS).flatMap((entry) => readKey(entry) ?? []) };
}

function readKey(entry: unknown): InstanceKey | undefined {
  if (!Array.isArray(entry)) return undefined;
  const [policy, key, stateIndex, ...figures] = entry as unknown[];
  const state = typeof stateIndex === 'number' ? STATES[stateIndex] : undefined;
  if (typeof policy !== 'string' || typeof key !== 'string' || state === undefined) return undefined;
  const at = (index: number): number => {
    const value = figures[index];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  const [p95Ms, cap] = [at(6), at(7)];
  const [answered, failed, refused] = [at(1), at(2), at(3)];
  return {
    policy,
    key,
    state,
    trouble: at(0),
    calls: answered + failed + refused,
    answered,
    failed,
    refused,
    attempts: at(4),
    inFlight: at(5),
    ...(p95Ms >= 0 && { p95Ms }),
    ...(cap >= 0 && { cap }),
  };
}
