import type { WindowCounts } from '@breakwater/core/algorithms';
import type { FleetView } from '../commands/fleet-view.js';
import { SentSlices } from './sent-slices.js';

/** Outcomes that this process has seen and not sent, and those that it has sent. */
export class OutcomePool {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #sent = new SentSlices();

  add(failed: boolean, slow: boolean): void {
    this.calls += 1;
    if (failed) this.failures += 1;
    if (slow) this.slow += 1;
  }

  /**
   * Takes out what has not been sent. It counts as lost until `sent` confirms it: an outcome that counts twice would be
   * worse than one that never counts.
   */
  take(): WindowCounts {
    const taken = { calls: this.calls, failures: this.failures, slow: this.slow };
    this.calls = this.failures = this.slow = 0;
    return taken;
  }

  /** Records that what was taken has been added to `slice`. */
  sent(slice: number, { calls, failures, slow }: WindowCounts): void {
    this.#sent.sent(slice, [calls, failures, slow]);
  }

  /** Returns what the rest of the fleet has seen. */
  rest({ slice, counts }: FleetView): WindowCounts {
    const [calls = 0, failures = 0, slow = 0] = this.#sent.rest(slice, [counts.calls, counts.failures, counts.slow]);
    return { calls, failures, slow };
  }

  clear(): void {
    this.take();
    this.#sent.clear();
  }
}
