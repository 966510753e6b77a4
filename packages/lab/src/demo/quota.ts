/** So many requests per window of time, as most rate limits are. Time is an argument. */
export class Quota {
  readonly #requests: number;
  readonly #windowMs: number;
  readonly #startMs: number;
  #window = 0;
  #left: number;

  constructor({ requests, windowMs }: QuotaRule, nowMs: number) {
    this.#requests = requests;
    this.#windowMs = windowMs;
    this.#startMs = nowMs;
    this.#left = requests;
  }

  /** Takes one. If there is none left, returns the ms until there will be. */
  take(nowMs: number): { readonly taken: true } | { readonly taken: false; readonly retryAfterMs: number } {
    const passedMs = nowMs - this.#startMs;
    const window = Math.floor(passedMs / this.#windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#left = this.#requests;
    }
    if (this.#left === 0) return { taken: false, retryAfterMs: (window + 1) * this.#windowMs - passedMs };
    this.#left -= 1;
    return { taken: true };
  }
}

export interface QuotaRule {
  readonly requests: number;
  readonly windowMs: number;
}
