import type { BreakerPhase } from '../breaker/state.js';
import type { Clock } from '../host/clock.js';
import type { KeyEntry } from './key-entry.js';

/** One breaker, by hand. */
export interface BreakerControl {
  readonly key: string;
  /** Reading it moves nothing: an open circuit whose time is up stays `open` until a call comes. */
  readonly state: BreakerPhase;
  /** Opens the circuit until `close()` or `reset()`, whatever the outcomes say. */
  open(): void;
  /** Closes the circuit at once. */
  close(): void;
  /** As new: closed, nothing remembered, and the cool-down lifted. */
  reset(): void;
}

/** `use` finds the key's entry, or makes it: another policy or process may have a state for it in the store. */
export function breakerControl(key: string, clock: Clock, use: (key: string) => KeyEntry): BreakerControl {
  return {
    key,
    get state() {
      return use(key).link.state.breaker.phase;
    },
    open: () => use(key).breaker?.forceOpen(clock.now()),
    close: () => use(key).breaker?.forceClose(clock.now()),
    reset() {
      const entry = use(key);
      entry.breaker?.reset(clock.now());
      entry.liftCoolDown(clock.now());
    },
  };
}
