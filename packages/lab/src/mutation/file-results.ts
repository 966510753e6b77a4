import type { Mutant } from './instrument.js';
import type { MutantRun } from './messages.js';
import type { Result } from './run-mutants.js';

/** The outcomes of all mutants of one file. */
export interface FileResults {
  readonly file: string;
  /** In the order of the mutants in the file. */
  readonly results: readonly Result[];
  /** Test files that reach a mutant of the file. */
  readonly reachedBy: ReadonlySet<string>;
  /** Time from the first outcome to the last. */
  readonly ms: number;
}

/** Returns a function that takes outcomes as they come, and passes those of a file on once they are complete. */
export function resultsByFile(
  files: readonly string[],
  mutants: readonly Mutant[],
  onFile: (found: FileResults) => void,
): (result: Result, run: MutantRun) => void {
  const counts = new Map(files.map((file) => [file, 0]));
  for (const { file } of mutants) counts.set(file, (counts.get(file) ?? 0) + 1);
  for (const [file, count] of counts) if (count === 0) onFile({ file, results: [], reachedBy: new Set(), ms: 0 });
  const found = new Map<string, { startedMs: number; results: Result[]; reachedBy: Set<string> }>();
  return (result, run) => {
    const { file } = result.mutant;
    const inFile = found.get(file) ?? { startedMs: performance.now(), results: [], reachedBy: new Set() };
    found.set(file, inFile);
    inFile.results.push(result);
    for (const test of run.tests) inFile.reachedBy.add(test.file);
    if (inFile.results.length < (counts.get(file) ?? 0)) return;
    found.delete(file);
    const results = inFile.results.sort((one, other) => Number(one.mutant.id) - Number(other.mutant.id));
    onFile({ file, results, reachedBy: inFile.reachedBy, ms: performance.now() - inFile.startedMs });
  };
}
