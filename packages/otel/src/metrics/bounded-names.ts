/** Value in place of all names beyond a bound, by OpenTelemetry's conventions. */
export const OTHER = '_OTHER';

/**
 * Bounds the number of different names: all names after the first ones are replaced by one, so that many names do not
 * become many series.
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
