const POINTS = 28;

/** A run's success from its beginning to its end: the last known value in each part of the time. */
export class Curve {
  readonly points: (number | undefined)[] = Array.from({ length: POINTS }, () => undefined);
  readonly #totalMs: number;

  constructor(totalMs: number) {
    this.#totalMs = totalMs;
  }

  add(atMs: number, value: number | undefined): void {
    const index = Math.min(POINTS - 1, Math.floor((atMs / this.#totalMs) * POINTS));
    this.points[index] = value;
  }
}
