import { admitThroughBreaker } from '../src/breaker/admission.js';
import { recordOutcome } from '../src/breaker/machine.js';
import { openRemainingMs } from '../src/breaker/phase.js';
import type { BreakerRules } from '../src/breaker/rules.js';
import {
  type BreakerAdmission,
  type BreakerPermit,
  type BreakerState,
  type HealthSample,
  healthy,
  newBreakerState,
  type Transition,
} from '../src/breaker/state.js';
import type { FailureDigest } from '../src/untrusted/failure-digest.js';
import { breakerRules } from './breaker-rules.js';

export const base = breakerRules({ failureRate: 0.5, openMs: 1_000, openFactor: 1.5 });

export const cause: FailureDigest = { name: 'Error', code: 'ECONNRESET', status: undefined };
export const failed: HealthSample = { failed: true, slow: false, cause };
export const slow: HealthSample = { failed: false, slow: true, cause: undefined };

/** One breaker with a time of its own and fixed draws. */
export class Machine {
  readonly state: BreakerState = newBreakerState();
  readonly transitions: Transition[] = [];
  nowMs = 1_000_000;
  draw = 0;
  readonly rules: BreakerRules;

  constructor(rules: Partial<BreakerRules> = {}) {
    this.rules = { ...base, ...rules };
  }

  admit(): BreakerAdmission {
    return admitThroughBreaker(this.state, this.rules, this.nowMs, () => this.draw, {
      transitioned: (transition) => this.transitions.push(transition),
    });
  }

  pass(): BreakerPermit {
    const admission = this.admit();
    if (!admission.admitted) throw new Error(`refused for ${admission.retryAfterMs} ms`);
    return admission;
  }

  record(pass: BreakerPermit, evidence: HealthSample): void {
    this.note(recordOutcome(this.state, this.rules, pass, evidence, this.nowMs, () => this.draw));
  }

  /** One attempt after the other, with `S`uccess, `F`ailure or s`L`ow ones. */
  calls(outcomes: string): void {
    for (const outcome of outcomes) {
      this.record(this.pass(), outcome === 'F' ? failed : outcome === 'L' ? slow : healthy);
    }
  }

  note(transition: Transition | undefined): void {
    if (transition !== undefined) this.transitions.push(transition);
  }

  /** Passes the whole open time. */
  coolOff(): void {
    this.nowMs += openRemainingMs(this.state, this.nowMs);
  }
}
