import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { coreRoot } from './core-files.js';
import type { Result } from './run-mutants.js';

/** The results of one source file, and what they were found with. */
interface Saved {
  readonly source: string;
  /** Digests of the test files that reach the source, by path below core. */
  readonly reachedBy: Readonly<Record<string, string>>;
  /** All test files there were, by path below core: a new one may notice more. */
  readonly tests: readonly string[];
  readonly results: readonly Result[];
}

/** Keeps the results of each source file, for as long as the file and the tests that reach it are the same. */
export class SavedResults {
  readonly #folder: string;
  readonly #tests: readonly string[];
  /** By absolute path, as they are when the run begins. */
  readonly #digests = new Map<string, string | undefined>();

  /**
   * @param folder - made if it is missing
   * @param tests - all test files, by path below core
   */
  constructor(folder: string, tests: readonly string[]) {
    this.#folder = folder;
    this.#tests = tests;
    mkdirSync(folder, { recursive: true });
    for (const test of tests) this.#digest(join(coreRoot, test));
  }

  /** Returns the results of a source file, named by its absolute path; undefined if there are none that still hold. */
  read(file: string): readonly Result[] | undefined {
    const source = this.#digest(file);
    const path = this.#pathOf(file);
    if (!existsSync(path)) return undefined;
    const saved = JSON.parse(readFileSync(path, 'utf8')) as Saved;
    const holds =
      saved.source === source &&
      this.#tests.every((test) => saved.tests.includes(test)) &&
      Object.entries(saved.reachedBy).every(([test, text]) => this.#digest(join(coreRoot, test)) === text);
    return holds ? saved.results : undefined;
  }

  /** Keeps the results of a source file. */
  write(file: string, results: readonly Result[], reachedBy: Iterable<string>): void {
    const saved: Saved = {
      source: this.#digest(file) ?? '',
      reachedBy: Object.fromEntries([...reachedBy].map((test) => [test, this.#digest(join(coreRoot, test)) ?? ''])),
      tests: this.#tests,
      results,
    };
    writeFileSync(this.#pathOf(file), JSON.stringify(saved));
  }

  #pathOf(file: string): string {
    return join(this.#folder, `${relative(coreRoot, file).replaceAll(/[\\/]/g, '-')}.json`);
  }

  #digest(path: string): string | undefined {
    if (!this.#digests.has(path)) {
      const hash = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : undefined;
      this.#digests.set(path, hash);
    }
    return this.#digests.get(path);
  }
}
