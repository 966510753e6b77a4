/** Results of a round of attempts: about as many as the server has at once. */
export class Round {
  #answered = 0;
  #totalMs = 0;
  #signs = 0;
  #timeouts = 0;
  /** Answers that came meanwhile to attempts of earlier rounds. */
  #earlier = 0;
  readonly #beganMs: number;

  constructor(nowMs: number) {
    this.#beganMs = nowMs;
  }

  get size(): number {
    return this.#answered + this.#signs;
  }

  get answered(): number {
    return this.#answered;
  }

  /** Share of attempts that were not answered. */
  get signShare(): number {
    return this.#signs / this.size;
  }

  /** Tells if no attempt timed out: what was not answered has cost the server nothing. */
  get hasNoTimeout(): boolean {
    return this.#timeouts === 0;
  }

  /** Mean time of an answer. 0 if there was none. */
  get meanMs(): number {
    return this.#totalMs / Math.max(1, this.#answered);
  }

  /** Pace at which answers came, to whichever attempts. */
  answersPerMs(nowMs: number): number {
    return (this.#answered + this.#earlier) / Math.max(1, nowMs - this.#beganMs);
  }

  addAnswer(durationMs: number): void {
    this.#answered += 1;
    this.#totalMs += durationMs;
  }

  addEarlierAnswer(): void {
    this.#earlier += 1;
  }

  addSign(byTimeout: boolean): void {
    this.#signs += 1;
    if (byTimeout) this.#timeouts += 1;
  }
}
