import type { Clock } from '../host/clock.js';
import type { EarlyEnd } from '../host/pause.js';
import { type AttemptLimit, type LimitShare, ownPlaces } from './limit.js';
import { SlotQueue } from './slot-queue.js';

export interface FixedLimitRules {
  readonly concurrency: number;
  readonly queue: number;
  readonly maxQueueMs: number;
}

/** A bulkhead: a fixed number of attempts in flight, a fixed number that wait; the rest is refused. */
export class FixedLimit implements AttemptLimit {
  inFlight = 0;
  #rules: FixedLimitRules;
  readonly #share: LimitShare;
  #instances = 1;
  readonly #queue = new SlotQueue();
  /** Duration of the last attempt; undefined before the first has ended. */
  #attemptMs: number | undefined;

  constructor(rules: FixedLimitRules, share: LimitShare = {}) {
    this.#rules = rules;
    this.#share = share;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get cap(): number {
    return ownPlaces(this.#rules.concurrency, this.#instances);
  }

  tryAcquire(nowMs: number): boolean {
    this.#instances = this.#share.instances?.(nowMs) ?? 1;
    if (this.inFlight >= this.cap) return false;
    this.inFlight += 1;
    return true;
  }

  maxWaitMs(): number | undefined {
    return this.#queue.length < this.#rules.queue ? this.#rules.maxQueueMs : undefined;
  }

  acquire(clock: Clock, maxMs: number, signal: AbortSignal | undefined, early?: EarlyEnd): Promise<boolean> {
    return this.#queue.wait(clock, maxMs, signal, early);
  }

  release(nowMs: number, startedMs: number): void {
    this.inFlight -= 1;
    this.#attemptMs = nowMs - startedMs;
    this.#fill(nowMs);
  }

  /** Attempts that already wait go on waiting, even if the queue is shorter now. */
  changeRules(rules: FixedLimitRules, nowMs: number): void {
    this.#rules = rules;
    this.#fill(nowMs);
  }

  reset(): void {
    this.#attemptMs = undefined;
  }

  retryAfterMs(): number {
    const { maxQueueMs } = this.#rules;
    const attemptMs = this.#attemptMs ?? maxQueueMs;
    return Math.max(1, Math.ceil((attemptMs * (this.#queue.length + 1)) / this.cap));
  }

  #fill(nowMs: number): void {
    while (this.#queue.length > 0 && this.tryAcquire(nowMs)) this.#queue.admitNext();
  }
}
