import type { PhaseName } from './scenario.js';

/** How a call ended; refused means that Breakwater kept it from the server. */
export type Ending = 'answered' | 'failed' | 'refused';

/** Calls of one phase, or of all: counted where they began, followed to their end. */
export class Tally {
  calls = 0;
  answered = 0;
  failed = 0;
  refused = 0;
  /** How long the answered ones took, in ms. */
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

/** The nearest-rank percentile, `share` in 0..1; undefined where there is nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** `part / whole`; undefined where there is no whole. */
export function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
