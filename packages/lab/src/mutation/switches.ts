/** The names by which the instrumented sources call the switches. The instrumenter has given them. */
export const SWITCH_NAMES = ['stryMutAct_9fa48', 'stryCov_9fa48'] as const;

/** Says that the test goes on for far longer than any test does without the mutant. */
export class EndlessLoop extends Error {
  override readonly name = 'EndlessLoop';
}

/** Turns one mutant on, and counts how often tests come to the places of all. */
export class Switches {
  /** Id of the mutant; empty for none. */
  active = '';
  hits = 0;
  hitLimit = Number.POSITIVE_INFINITY;
  /** Passes of any place: a measure of time that a busy machine does not change. */
  steps = 0;
  stepLimit = Number.POSITIVE_INFINITY;
  /** Passes of each place, if they are to be counted. */
  passes: Map<string, number> | undefined;

  readonly isActive = (id: string): boolean => {
    if (id !== this.active) return false;
    if (++this.hits > this.hitLimit) throw new EndlessLoop();
    return true;
  };

  get isEndless(): boolean {
    return this.hits > this.hitLimit || this.steps > this.stepLimit;
  }

  readonly cover = (...ids: readonly string[]): void => {
    if (++this.steps > this.stepLimit) throw new EndlessLoop();
    if (this.passes === undefined) return;
    for (const id of ids) this.passes.set(id, (this.passes.get(id) ?? 0) + 1);
  };
}
