/** Stands for all names beyond a bound, as the conventions of OpenTelemetry have it. */
export const OTHER = '_OTHER';

/**
 * The first so many names that are seen. All later ones are one, so that no flood of names becomes a flood of series.
 */
export class BoundedNames {
  readonly #most: number;
  readonly #names = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Returns the name itself if it is one of the first, else `_OTHER`. */
  nameOf(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= this.#most) return OTHER;
    this.#names.add(name);
    return name;
  }
}
