import type { PhaseName } from './scenario.js';

/** Result of a call; refused means that Breakwater kept it from the server. */
export type Ending = 'answered' | 'failed' | 'refused';

/** Calls of one phase, or of all: counted in the phase in which they began, followed to their end. */
export class Tally {
  calls = 0;
  answered = 0;
  failed = 0;
  refused = 0;
  /** Durations of the answered ones, in ms. */
  readonly durationsMs: number[] = [];

  get ended(): number {
    return this.answered + this.failed + this.refused;
  }

  began(): void {
    this.calls += 1;
  }

  ends(ending: Ending, durationMs: number): void {
    this[ending] += 1;
    if (ending === 'answered') this.durationsMs.push(durationMs);
  }
}

/** The tallies of one side. */
export class SideTally {
  readonly total = new Tally();
  readonly #phases = new Map<PhaseName, Tally>();

  phase(name: PhaseName): Tally {
    const known = this.#phases.get(name);
    if (known !== undefined) return known;
    const fresh = new Tally();
    this.#phases.set(name, fresh);
    return fresh;
  }

  began(phase: PhaseName): void {
    this.total.began();
    this.phase(phase).began();
  }

  ends(phase: PhaseName, ending: Ending, durationMs: number): void {
    this.total.ends(ending, durationMs);
    this.phase(phase).ends(ending, durationMs);
  }
}

/** Returns the nearest-rank percentile, `share` in 0..1; undefined for no values. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Returns `part / whole`; undefined if there is no whole. */
export function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
