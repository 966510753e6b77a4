import type { BreakerPermit } from '../breaker/state.js';
import type { Breaker } from '../key/key-breaker.js';
import type { KeyEntry } from '../key/key-entry.js';
import type { AttemptLimit } from '../limit/limit.js';
import type { PolicySettings } from '../options/options.js';
import { type Outcome, valueOutcome } from '../outcome/outcome.js';
import { tellAttempt, tellCall } from '../session/call-events.js';
import type { CallOptions, ClientTraits } from '../session/call-options.js';
import { CallSession } from '../session/call-session.js';
import { isGoodStatus, isPlainSuccess } from '../session/judgement.js';
import { AttemptPermit } from '../session/permit.js';
import type { SessionHost } from '../session/session-host.js';
import { recordSuccess } from '../session/success.js';
import type { EventHub } from '../telemetry/event-hub.js';
import { type CallReport, callReport, keepSource, type ReportSource } from '../telemetry/report.js';
import { AttemptContext, type AttemptEnd, type AttemptFunction } from './attempt-context.js';
import { endAs } from './call-end.js';
import { plainTraits } from './plain-traits.js';
import { continued } from './run-attempt.js';
import { continueCall } from './run-call.js';

/**
 * Makes the only attempt of nearly all calls: admitted at once and answered well. It has the effects of a session and
 * the loop without making either. If the attempt ends in any other way, the session is made then, and the loop goes on.
 *
 * Returns undefined, without any effect, if the key cannot admit the call at once.
 */
export function runPlainCall<T>(
  host: SessionHost,
  entry: KeyEntry,
  call: CallOptions | undefined,
  fn: AttemptFunction<T>,
  traits: ClientTraits,
  nowMs: number,
): Promise<T> | undefined {
  const { settings } = host;
  const { breaker, limit } = entry;
  if (!entry.isCalm(settings, nowMs)) return undefined;
  const pass = breaker?.admitLocally(nowMs);
  if (pass?.admitted === false || limit?.tryAcquire(nowMs, call?.clientTimeoutMs) === false) return undefined;
  entry.callBegan(nowMs);
  const { totals } = host;
  totals.calls += 1;
  totals.attempts += 1;
  entry.calls += 1;
  entry.attempts += 1;
  // Closures, because an object with all their variables would be one more allocation per call.
  return begun(fn, new AttemptContext(PLAIN, 1, call?.signal)).then(
    (value) => {
      let status: number | undefined;
      let response: unknown = value;
      let isGood = false;
      try {
        status = traits.statusOf?.(value);
        isGood = status !== undefined && isGoodStatus(status, settings.retry, call);
        if (status === undefined) {
          const result = outcomeIn(value, traits);
          isGood = isPlainSuccess(result, settings, call);
          if (result.kind === 'response') ({ status, response } = result);
        }
      } catch {
        // The value cannot be read. The loop reads it again, and ends the call with the error of that.
        isGood = false;
      }
      if (!isGood) {
        const attempt = { host, settings, entry, call, fn, traits, breaker, pass, limit, startedMs: nowMs };
        return afterFirst(attempt, { kind: 'value', value });
      }
      const readMs = settings.clock.now();
      // Math.max would allocate one more number on the heap.
      const endedMs = readMs > nowMs ? readMs : nowMs;
      recordSuccess(settings, entry, breaker, pass, limit, nowMs, endedMs);
      if (host.events.hearsCalls) tellSuccess(host.events, entry, status, endedMs - nowMs);
      else entry.sessions -= 1;
      if (status !== undefined) keepSource(response, new PlainReport(entry.key, endedMs - nowMs));
      return value;
    },
    (error: unknown) => {
      const attempt = { host, settings, entry, call, fn, traits, breaker, pass, limit, startedMs: nowMs };
      const failed = (last: unknown): T | Promise<T> => afterFirst(attempt, { kind: 'thrown', error: last });
      const again = continued<T>(traits, call, error);
      return again === undefined
        ? failed(error)
        : again.then((value) => afterFirst(attempt, { kind: 'value', value }), failed);
    },
  );
}

function begun<T>(fn: AttemptFunction<T>, context: AttemptContext): Promise<T> {
  try {
    return Promise.resolve(fn(context));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Returns the outcome of a value. All values that are not objects share one outcome, to allocate less. */
function outcomeIn(value: unknown, traits: ClientTraits): Outcome {
  const isMere = traits === plainTraits && (typeof value !== 'object' || value === null) && typeof value !== 'function';
  return isMere ? A_VALUE : traits.outcomeOf(value);
}

const A_VALUE: Outcome = valueOutcome(undefined);

/** An attempt without a session. */
interface PlainAttempt<T> {
  readonly host: SessionHost;
  readonly settings: PolicySettings;
  readonly entry: KeyEntry;
  readonly call: CallOptions | undefined;
  readonly fn: AttemptFunction<T>;
  readonly traits: ClientTraits;
  readonly breaker: Breaker | undefined;
  readonly pass: BreakerPermit | undefined;
  readonly limit: AttemptLimit | undefined;
  readonly startedMs: number;
}

/** Emits the end of the attempt, then that of its call. */
function tellSuccess(events: EventHub, entry: KeyEntry, status: number | undefined, elapsedMs: number): void {
  const { key } = entry;
  // No attributes here: a policy with `attributesOf` is not plain.
  if (events.topics.attempt.hasListeners) {
    const attempt = { attempt: 1, verdict: 'success', durationMs: elapsedMs, status, code: undefined } as const;
    tellAttempt(events, key, undefined, attempt);
  }
  entry.sessions -= 1;
  tellCall(events, key, undefined, {
    outcome: 'success',
    stopReason: 'success',
    attempts: 1,
    elapsedMs,
    waitedMs: 0,
    status,
    code: undefined,
  });
}

/** Makes the session that the attempt did not need so far, and goes on in the loop. */
function afterFirst<T>(attempt: PlainAttempt<T>, ending: AttemptEnd<T>): T | Promise<T> {
  const { host, settings, entry, call, fn, traits, breaker, pass, limit, startedMs } = attempt;
  const permit = new AttemptPermit(1, pass, limit, startedMs, breaker?.state);
  const session = new CallSession(host, entry, call, 'enforce', startedMs, traits, { settings, breaker, permit });
  return endAs(traits, call, () => continueCall({ session, fn, call, traits }, permit, ending));
}

/** The part of a session that an attempt's context reads, for an attempt without a session. */
const PLAIN = { mode: 'enforce', idempotencyKey: undefined, remainingMs: () => undefined } as const;

/** The report of a call that was answered well by its first attempt. */
class PlainReport implements ReportSource {
  readonly #key: string;
  readonly #elapsedMs: number;
  #report: CallReport | undefined;

  constructor(key: string, elapsedMs: number) {
    this.#key = key;
    this.#elapsedMs = elapsedMs;
  }

  report(): CallReport {
    this.#report ??= callReport({
      attempts: 1,
      elapsedMs: this.#elapsedMs,
      waitedMs: 0,
      key: this.#key,
      stopReason: 'success',
      delaysMs: [],
    });
    return this.#report;
  }
}

/** Tells if a policy calls no user function and limits no time, so that a first attempt may go without a session. */
export function isPlainPolicy({
  mode,
  enforceRate,
  retry,
  breaker,
  timeouts,
  idempotency,
  keyOf,
  attributesOf,
}: PolicySettings): boolean {
  return (
    mode === 'enforce' &&
    enforceRate >= 1 &&
    keyOf === undefined &&
    attributesOf === undefined &&
    idempotency === false &&
    (retry === false || retry.shouldRetry === undefined) &&
    (breaker === false || breaker.isFailure === undefined) &&
    timeouts.attemptMs === undefined &&
    timeouts.totalMs === undefined
  );
}

/** Tells the same for a call. */
export function isPlainCall(call: CallOptions | undefined, traits: ClientTraits): boolean {
  if (traits.prepare !== undefined) return false;
  if (call === undefined) return true;
  const { mode, timeouts, idempotencyKey, signal } = call;
  if (mode !== undefined || timeouts !== undefined || idempotencyKey !== undefined) return false;
  return signal === undefined || (traits.endsOnAbort === true && !signal.aborted);
}
