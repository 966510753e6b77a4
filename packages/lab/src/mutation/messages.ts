/** A run of one mutant: the tests that reach it, the likeliest first, by file and place in the file. */
export interface MutantRun {
  readonly mutant: string;
  readonly tests: readonly TestId[];
  /** Passes of the mutated place in one test after which it is an endless loop. */
  readonly hitLimit: number;
  /** Passes of any place in one test after which there is an endless loop somewhere. */
  readonly stepLimit: number;
  /** Tells if the place is reached when a file is loaded. */
  readonly atLoad: boolean;
}

export interface TestId {
  readonly file: string;
  readonly index: number;
}

/** `disordered`: the process is no longer one to judge by, since a test fails in new modules without a mutant too. */
export type Verdict = 'killed' | 'survived' | 'endless' | 'disordered';

/** A test as it goes without any mutant. */
export interface PlainTest extends TestId {
  readonly title: string;
  /** Time on the processor. */
  readonly ms: number;
  /** Passes of any place. */
  readonly steps: number;
  /** Passes of each mutated place that it reaches. */
  readonly hits: ReadonlyMap<string, number>;
}

export interface PlainFile {
  readonly tests: readonly PlainTest[];
  /** Passes of the places that are reached when the file is loaded: every test of the file depends on them. */
  readonly loadHits: ReadonlyMap<string, number>;
  /** Tests that need jest itself, or more cases of a property than there is time for. */
  readonly left: number;
  readonly failures: readonly string[];
}

export type ToChild = { readonly plain: string } | { readonly run: MutantRun };

/** `alive` comes every now and then while tests run. */
export type FromChild = { readonly alive: true } | { readonly plain: PlainFile } | { readonly verdict: Verdict };
