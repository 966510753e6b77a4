import type { BreakerPhase } from '../breaker/state.js';
import type { Clock } from '../host/clock.js';
import type { EventHub } from '../telemetry/event-hub.js';
import type { ControlAction } from '../telemetry/events.js';
import type { KeyEntry } from './key-entry.js';

/** Names the person or program that makes a change by hand. */
export interface ControlOptions {
  /** Name for the `control` event; the first 200 characters are kept. Without a name there is no event. */
  readonly by?: string | undefined;
}

/** Manual control of one breaker. */
export interface BreakerControl {
  readonly key: string;
  /**
   * The breaker's phase. Reading it changes nothing: an open circuit whose open time is over stays `open` until the
   * next call.
   */
  readonly state: BreakerPhase;
  /** Opens the circuit until `close()` or `reset()`, whatever the outcomes are. */
  open(options?: ControlOptions): void;
  /** Closes the circuit at once. */
  close(options?: ControlOptions): void;
  /** Closes the circuit, forgets everything, lifts the cool-down, and puts an adaptive limit to sleep. */
  reset(options?: ControlOptions): void;
}

/**
 * Returns the control of one key's breaker. `use` finds the key's entry or makes it, because another policy or process
 * may have a state for it in the store.
 */
export function breakerControl(
  key: string,
  clock: Clock,
  events: EventHub,
  use: (key: string) => KeyEntry,
): BreakerControl {
  const announce = (action: ControlAction, options: ControlOptions | undefined): void => {
    const by = nameOfActor(options);
    if (by !== undefined) events.emit('control', key, { action, by, mode: undefined });
  };
  return {
    key,
    get state() {
      return use(key).link.state.breaker.phase;
    },
    open(options) {
      const { breaker } = use(key);
      if (breaker === undefined) return;
      announce('open', options);
      breaker.forceOpen(clock.now());
    },
    close(options) {
      const { breaker } = use(key);
      if (breaker === undefined) return;
      announce('close', options);
      breaker.forceClose(clock.now());
    },
    reset(options) {
      const entry = use(key);
      announce('reset', options);
      entry.breaker?.reset(clock.now());
      entry.liftCoolDown(clock.now());
      entry.limit?.reset();
    },
  };
}

const MAX_NAME_LENGTH = 200;

/** Returns the name for the event; undefined if there is none. */
export function nameOfActor(options: ControlOptions | undefined): string | undefined {
  const by: unknown = options?.by;
  return typeof by === 'string' && by !== '' ? by.slice(0, MAX_NAME_LENGTH) : undefined;
}
