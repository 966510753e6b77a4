import type { WindowCounts } from '@breakwater/core/algorithms';
import type { FleetView } from '../commands/fleet-view.js';

const SLICES = 10;

/** What this process has seen and not sent, and what it has sent: the fleet's sums less the latter are what the others have seen. */
export class OutcomePool {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #sent = new Map<number, WindowCounts>();

  add(failed: boolean, slow: boolean): void {
    this.calls += 1;
    if (failed) this.failures += 1;
    if (slow) this.slow += 1;
  }

  /** Takes out what has not been sent. It counts as lost until `sent` says otherwise: twice would be worse than never. */
  take(): WindowCounts {
    const taken = { calls: this.calls, failures: this.failures, slow: this.slow };
    this.calls = this.failures = this.slow = 0;
    return taken;
  }

  /** What was taken has been added to `slice`. */
  sent(slice: number, taken: WindowCounts): void {
    this.#sent.set(slice, plus(this.#sent.get(slice), taken, 1));
  }

  /** What the rest of the fleet has seen. */
  rest({ slice, counts }: FleetView): WindowCounts {
    let rest = counts;
    for (const [at, own] of this.#sent) {
      if (at <= slice - SLICES) this.#sent.delete(at);
      else rest = plus(rest, own, -1);
    }
    return rest;
  }

  clear(): void {
    this.take();
    this.#sent.clear();
  }
}

function plus(a: WindowCounts | undefined, b: WindowCounts, sign: 1 | -1): WindowCounts {
  return {
    calls: Math.max(0, (a?.calls ?? 0) + sign * b.calls),
    failures: Math.max(0, (a?.failures ?? 0) + sign * b.failures),
    slow: Math.max(0, (a?.slow ?? 0) + sign * b.slow),
  };
}
