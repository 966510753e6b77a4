import type { BreakerPhase } from '@breakwater/core';
import type { Rates } from './rates.js';
import type { Phase } from './scenario.js';

/** Everything that the screen shows at one moment. */
export interface Frame {
  readonly atMs: number;
  readonly phase: Phase;
  readonly plain: SideFrame;
  readonly guarded: SideFrame;
  readonly policy: PolicyFrame;
}

export interface SideFrame {
  /** Figures of the last second. */
  readonly rates: Rates;
  /** Requests that the server works on, and those that wait there. */
  readonly inService: number;
  readonly queued: number;
}

/** State of the policy for the one server. */
export interface PolicyFrame {
  readonly breaker: BreakerPhase;
  readonly openRemainingMs: number;
  readonly coolDownMs: number;
  /** Calls that wait for the end of the cool-down. */
  readonly waiting: number;
  /** Attempts that may be in flight; undefined while there is no cap. */
  readonly cap: number | undefined;
  /** Retries that the budget holds. */
  readonly budget: number;
}

/** An event that gets a line of its own. */
export interface Happening {
  readonly atMs: number;
  readonly says: string;
}

/** Shows a run. */
export interface View {
  /** Several times a second. */
  show(frame: Frame): void;
  tell(happening: Happening): void;
  /** Ends with the run, and restores the terminal. */
  close(): void;
}
