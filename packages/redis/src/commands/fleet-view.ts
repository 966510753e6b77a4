import type { BreakerPhase } from '@breakwater/core';
import type { WindowCounts } from '@breakwater/core/algorithms';
import { instanceNameIn } from './instance-name.js';

/** State of one breaker in Redis. It has no instants, only durations, since each process has a clock of its own. */
export interface FleetView {
  /** Rises with every change of phase. 0 if Redis knows nothing of the breaker. */
  readonly generation: number;
  /** A circuit that is `open` with a `remainingMs` of 0 is half-open. */
  readonly phase: Exclude<BreakerPhase, 'half-open'>;
  readonly remainingMs: number;
  readonly growth: number;
  readonly why: string;
  readonly coolGeneration: number;
  readonly coolRemainingMs: number;
  /** Number of probes under way. */
  readonly leases: number;
  /** Number of the slice of the window that is being filled. */
  readonly slice: number;
  readonly counts: WindowCounts;
  /** Number of instances that see the server fail. */
  readonly failing: number;
  /** Number of instances that must see the server fail before the fleet opens. */
  readonly needed: number;
  /** Tells if the command of this answer changed something. */
  readonly applied: boolean;
  /** Tells if the command could publish its change. Undefined if it had nothing to publish. */
  readonly published: boolean | undefined;
  /** Time to wait before asking for a probe again. */
  readonly waitMs: number;
  /** Number of different rules among the instances. 0 if it is not known. */
  readonly ruleSets: number;
  /** Number of instances that have the key in use, at least 1. */
  readonly instances: number;
  /** Number of the present stretch of time: an instance is counted once in each. */
  readonly stretch: number;
  /** Time since the last report of an instance, in ms. */
  readonly sinceSyncMs: number;
  /** Names of the first few instances whose failures opened the circuit. */
  readonly openedBy: readonly string[];
  /**
   * The fleet's budget, in answers to `sync`: the number of the slice of its window that is being filled, and the sums
   * of calls that began, of answered calls, of retries and of refused retries.
   */
  readonly budget: { readonly slice: number; readonly sums: readonly number[] };
}

const FIELDS = 26;
/** Number of the fields that a note of the board has. They come first. The values after them stand for the others. */
const NOTE_FIELDS = 5;
const UNNOTED = '0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 - 0 0 0 0 0'.split(' ');
/** Bits of the field that tells if a change was applied and published. */
const [APPLIED, PUBLISHED, REFUSED] = [1, 2, 4];
/** Indexes of the fields that are words or lists of words. */
const WORDS: ReadonlySet<number> = new Set([1, 4, 20]);

/** Reads a script's answer. Returns undefined for an answer that no script of this package gives. */
export function parseView(text: string): FleetView | undefined {
  return viewOf(text.split(' '));
}

/** Reads a message: a view, and the name of its breaker. */
export function parseNews(text: string): { readonly name: string; readonly view: FleetView } | undefined {
  const words = text.split(' ');
  const view = viewOf(words.slice(0, FIELDS));
  const name = words.slice(FIELDS).join(' ');
  return view === undefined || name === '' ? undefined : { name, view };
}

/** Reads a note of the board: the phase of a breaker, and its name. */
export function parseNote(text: string): { readonly name: string; readonly view: FleetView } | undefined {
  const words = text.split(' ');
  return parseNews([...words.slice(0, NOTE_FIELDS), ...UNNOTED, ...words.slice(NOTE_FIELDS)].join(' '));
}

function viewOf(words: readonly string[]): FleetView | undefined {
  const phase = words[1];
  if (words.length !== FIELDS || !(phase === 'closed' || phase === 'open' || phase === 'forced-open')) return undefined;
  const numbers = words.map((word, index) => (WORDS.has(index) ? 0 : Number(word)));
  if (numbers.some((number) => Number.isNaN(number))) return undefined;
  const at = (index: number): number => numbers[index] ?? 0;
  return {
    generation: at(0),
    phase,
    remainingMs: at(2),
    growth: at(3),
    why: words[4] ?? '',
    coolGeneration: at(5),
    coolRemainingMs: at(6),
    leases: at(7),
    slice: at(8),
    counts: { calls: at(9), failures: at(10), slow: at(11) },
    failing: at(12),
    needed: at(13),
    applied: (at(14) & APPLIED) > 0,
    published: (at(14) & (PUBLISHED | REFUSED)) > 0 ? (at(14) & PUBLISHED) > 0 : undefined,
    waitMs: at(15),
    ruleSets: at(16),
    instances: at(17),
    stretch: at(18),
    sinceSyncMs: at(19),
    openedBy: listIn(words[20]),
    budget: { slice: at(21), sums: [at(22), at(23), at(24), at(25)] },
  };
}

function listIn(word = '-'): readonly string[] {
  return word === '-' ? NONE : [...new Set(word.split(',').map(instanceNameIn))].sort();
}

const NONE: readonly string[] = Object.freeze([]);
