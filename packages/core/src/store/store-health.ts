import type { StoreStatus } from './store.js';

/** Time without a failure after which one success of any method shows that the store works, in ms. */
const FORGIVEN_MS = 60_000;

/**
 * The health of a store by the results of its methods and its own reports. Each change is reported once: a method that
 * always fails does not alternate with others that succeed.
 */
export class StoreHealth {
  readonly #tell: (status: StoreStatus) => void;
  /** The methods whose last call failed, with the time of that. */
  readonly #failing = new Map<string, number>();
  #isReportedDegraded = false;
  #isDegraded = false;
  #isPollOnly = false;

  constructor(tell: (status: StoreStatus) => void) {
    this.#tell = tell;
  }

  get isDegraded(): boolean {
    return this.#isDegraded;
  }

  get isPollOnly(): boolean {
    return this.#isPollOnly;
  }

  failed(method: string, error: unknown, nowMs: number): void {
    this.#failing.set(method, nowMs);
    this.#update(error);
  }

  worked(method: string, nowMs: number): void {
    if (this.#failing.size === 0) return;
    this.#failing.delete(method);
    for (const [other, failedMs] of this.#failing) {
      if (nowMs - failedMs >= FORGIVEN_MS) this.#failing.delete(other);
    }
    this.#update(undefined);
  }

  /** Records a report of the store itself. */
  reported(report: StoreStatus): void {
    switch (report.status) {
      case 'degraded':
      case 'restored':
        this.#isReportedDegraded = report.status === 'degraded';
        this.#update(report.error);
        return;
      case 'poll-only':
      case 'push-restored': {
        const isPollOnly = report.status === 'poll-only';
        if (isPollOnly === this.#isPollOnly) return;
        this.#isPollOnly = isPollOnly;
        this.#tell(report);
        return;
      }
      case 'rules-differ':
      case 'rules-agree':
        this.#tell(report);
    }
  }

  #update(error: unknown): void {
    const isDegraded = this.#isReportedDegraded || this.#failing.size > 0;
    if (isDegraded === this.#isDegraded) return;
    this.#isDegraded = isDegraded;
    this.#tell(isDegraded ? { status: 'degraded', error } : { status: 'restored', error: undefined });
  }
}
