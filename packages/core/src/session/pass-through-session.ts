import type { Outcome } from '../outcome/outcome.js';
import { type CallReport, callReport, keepReport } from '../telemetry/report.js';
import type { Admission, Decision, Permit, Session } from './session.js';

const STOP: Decision = Object.freeze({ retry: false, stopReason: 'disabled' });

/** The session of a call under `mode: 'off'`. It admits every attempt and decides nothing. */
export class OffSession implements Session {
  readonly mode = 'off';
  readonly timeouts = { attemptMs: undefined, totalMs: undefined };
  readonly key: string;
  readonly idempotencyKey: string | undefined;
  attempts = 0;
  readonly #now: () => number;
  readonly #startedMs: number;
  #report: CallReport | undefined;

  constructor(key: string, idempotencyKey: string | undefined, startedMs: number, now: () => number) {
    this.key = key;
    this.idempotencyKey = idempotencyKey;
    this.#startedMs = startedMs;
    this.#now = now;
  }

  admit(): Admission {
    this.attempts += 1;
    return { admitted: true, permit: { attempt: this.attempts } };
  }

  approach(): undefined {
    return undefined;
  }

  moveTo(): void {}

  settle(_permit: Permit, _result: Outcome): Decision {
    return STOP;
  }

  abandon(): Decision {
    return STOP;
  }

  retry(): Decision {
    return STOP;
  }

  mayRepeat(): boolean {
    return false;
  }

  inside<T>(_permit: Permit | undefined, fn: () => T): T {
    return fn();
  }

  onRelease(): () => void {
    return () => {};
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  remainingMs(): undefined {
    return undefined;
  }

  end(): void {}

  conclude(): void {}

  keepReport(target: unknown): void {
    keepReport(target, this.report());
  }

  report(): CallReport {
    this.#report ??= callReport({
      attempts: this.attempts,
      elapsedMs: this.#now() - this.#startedMs,
      waitedMs: 0,
      key: this.key,
      stopReason: 'disabled',
      delaysMs: [],
    });
    return this.#report;
  }
}
