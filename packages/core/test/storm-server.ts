import type { StormClock } from './storm-clock.js';

/** How a server is at a time. */
export interface Condition {
  /** Requests that it works on at once; a function of the ms since it is so. @default 10 */
  readonly slots?: number | ((sinceMs: number) => number) | undefined;
  /** How long one takes, in ms. @default 10 */
  readonly serviceMs?: number | ((random: () => number) => number) | undefined;
  /** Nothing gets through: refused at once, or never answered. */
  readonly down?: 'refused' | 'hanging' | undefined;
  /** Share of requests that end with a 503 once they are worked off. */
  readonly errorRate?: number | undefined;
  /** Share of requests that are turned away with a 503 at once. */
  readonly shedRate?: number | undefined;
  /** What is more than so many a second is turned away with a 429 and `Retry-After: 2`. */
  readonly throttleAbove?: number | undefined;
}

/** What a request comes to; never, where it hangs. */
export type Reply = { readonly status: number; readonly headers: Record<string, string> } | { readonly code: string };

/** A server with finite capacity and a queue without end, which serves requests whose client has gone as well. */
export class StormServer {
  #condition: Condition = {};
  #sinceMs = 0;
  #busy = 0;
  readonly #queue: (() => void)[] = [];
  #queueStart = 0;
  #taken: number[] = [];
  readonly #clock: StormClock;
  readonly #random: () => number;

  constructor(clock: StormClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  become(condition: Condition): void {
    this.#condition = condition;
    this.#sinceMs = this.#clock.now();
    this.#work();
  }

  request(reply: (reply: Reply) => void): void {
    const { down } = this.#condition;
    if (down === 'hanging') return;
    const rejection = down === 'refused' ? { code: 'ECONNREFUSED' } : this.#rejection();
    if (rejection !== undefined) {
      this.#clock.schedule(() => reply(rejection), QUICK_MS);
      return;
    }
    this.#queue.push(() => this.#serve(reply));
    this.#work();
  }

  #rejection(): Reply | undefined {
    const { shedRate = 0 } = this.#condition;
    if (this.#throttles()) return { status: 429, headers: { 'retry-after': '2' } };
    return this.#random() < shedRate ? { status: 503, headers: {} } : undefined;
  }

  #throttles(): boolean {
    const { throttleAbove } = this.#condition;
    if (throttleAbove === undefined) return false;
    const nowMs = this.#clock.now();
    this.#taken = this.#taken.filter((atMs) => atMs > nowMs - 1_000);
    if (this.#taken.length >= throttleAbove) return true;
    this.#taken.push(nowMs);
    return false;
  }

  #serve(reply: (reply: Reply) => void): void {
    const { serviceMs = 10, errorRate = 0 } = this.#condition;
    this.#busy += 1;
    const done = (): void => {
      this.#busy -= 1;
      reply({ status: this.#random() < errorRate ? 503 : 200, headers: {} });
      this.#work();
    };
    this.#clock.schedule(done, typeof serviceMs === 'number' ? serviceMs : serviceMs(this.#random));
  }

  #work(): void {
    const { slots = 10 } = this.#condition;
    const free = typeof slots === 'number' ? slots : slots(this.#clock.now() - this.#sinceMs);
    while (this.#busy < free) {
      const next = this.#queue[this.#queueStart];
      if (next === undefined) break;
      this.#queueStart += 1;
      next();
    }
    if (this.#queueStart > 1_000) this.#queueStart -= this.#queue.splice(0, this.#queueStart).length;
  }
}

/** What it takes to be turned away. */
const QUICK_MS = 1;
