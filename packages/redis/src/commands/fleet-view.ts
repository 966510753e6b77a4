import type { BreakerPhase } from '@breakwater/core';
import type { WindowCounts } from '@breakwater/core/algorithms';
import { instanceNameIn } from './instance-name.js';

/** State of one breaker in Redis. Durations only: each process has a clock of its own. */
export interface FleetView {
  /** Rises with every change of phase; 0 if nothing is known. */
  readonly generation: number;
  /** `open` with nothing remaining is half-open. */
  readonly phase: Exclude<BreakerPhase, 'half-open'>;
  readonly remainingMs: number;
  readonly growth: number;
  readonly why: string;
  readonly coolGeneration: number;
  readonly coolRemainingMs: number;
  /** Probes under way. */
  readonly leases: number;
  /** The slice of the window that is being filled. */
  readonly slice: number;
  readonly counts: WindowCounts;
  /** Number of instances that saw failures. */
  readonly failing: number;
  /** Number of instances that must have seen failures before the fleet opens. */
  readonly needed: number;
  /** True if the command of this answer changed something. */
  readonly applied: boolean;
  /** Tells if the server let the command publish its change; undefined if it had nothing to publish. */
  readonly published: boolean | undefined;
  /** Time to wait before asking for a probe again. */
  readonly waitMs: number;
  /** Number of different rules among the instances; 0 if it is not known. */
  readonly ruleSets: number;
  /** Number of instances that have the key in use, at least 1. */
  readonly instances: number;
  /** Number of the stretch of time in which the instances are counted now. */
  readonly stretch: number;
  /** Time since the last instance came, in ms. */
  readonly sinceSyncMs: number;
  /** Names of the instances whose failures opened the circuit, the first few of them. */
  readonly openedBy: readonly string[];
  /**
   * The fleet's budget, in answers to `sync`: the slice of its window that is being filled, and the sums of calls that
   * began, of those that were answered, of retries, and of retries that were refused.
   */
  readonly budget: { readonly slice: number; readonly sums: readonly number[] };
}

const FIELDS = 26;
/** Fields that the board has, which come first, and what stands for the others. */
const NOTE_FIELDS = 5;
const UNNOTED = '0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 - 0 0 0 0 0'.split(' ');
/** Bits of the field that tells what became of a change. */
const [APPLIED, PUBLISHED, REFUSED] = [1, 2, 4];
/** Fields that are words, or lists of them. */
const WORDS: ReadonlySet<number> = new Set([1, 4, 20]);

/** Reads a script's answer; undefined for one that no script of this package gives. */
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
