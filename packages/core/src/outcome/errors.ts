import { quoted } from '../untrusted/quote.js';

/** The codes of the errors that this library makes. The code is the contract: adapters put it on their clients' own errors. */
export type BreakwaterErrorCode =
  | 'ERR_CIRCUIT_OPEN'
  | 'ERR_COOL_DOWN'
  | 'ERR_LIMITED'
  | 'ERR_ATTEMPT_TIMEOUT'
  | 'ERR_DEADLINE_EXCEEDED'
  | 'ERR_RETRY_EXHAUSTED';

/** What all errors of this library have in common. Made only where no attempt brought an answer of its own. */
export abstract class BreakwaterError extends Error {
  abstract readonly code: BreakwaterErrorCode;

  protected constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/** A call was refused without an attempt. Its message is the same each time, so that logs can group it. Carries no stack trace: refusals come in thousands, and their place is always the same. */
export abstract class RefusalError extends BreakwaterError {
  readonly key: string;
  /** When a new try may make sense, in ms from now; undefined where nobody can know. */
  readonly retryAfterMs: number | undefined;

  protected constructor(message: string, key: string, retryAfterMs: number | undefined, cause?: unknown) {
    const restore = suspendStackTraces();
    super(message, cause);
    restore();
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The circuit of this key is open (or half-open with all probes out, or ramping up). `cause` is what tripped it. */
export class CircuitOpenError extends RefusalError {
  static {
    nameInstances(CircuitOpenError, 'CircuitOpenError');
  }

  readonly code = 'ERR_CIRCUIT_OPEN';

  constructor(key: string, retryAfterMs: number | undefined, cause?: unknown) {
    super(`circuit ${quoted(key)} is open`, key, retryAfterMs, cause);
  }
}

/** The server asked to be left alone (`Retry-After`), and this call could not or may not wait for so long. */
export class CoolDownError extends RefusalError {
  static {
    nameInstances(CoolDownError, 'CoolDownError');
  }

  readonly code = 'ERR_COOL_DOWN';

  constructor(key: string, retryAfterMs: number, cause?: unknown) {
    super(`${quoted(key)} asked to be left alone`, key, retryAfterMs, cause);
  }
}

/** Too many attempts of this key are in flight. */
export class LimitedError extends RefusalError {
  static {
    nameInstances(LimitedError, 'LimitedError');
  }

  readonly code = 'ERR_LIMITED';

  constructor(key: string, retryAfterMs: number | undefined, cause?: unknown) {
    super(`too many attempts in flight for ${quoted(key)}`, key, retryAfterMs, cause);
  }
}

/** An attempt took longer than `timeouts.attemptMs`. */
export class AttemptTimeoutError extends BreakwaterError {
  static {
    nameInstances(AttemptTimeoutError, 'AttemptTimeoutError');
  }

  readonly code = 'ERR_ATTEMPT_TIMEOUT';
  readonly key: string;
  readonly timeoutMs: number;

  constructor(key: string, timeoutMs: number) {
    super(`attempt for ${quoted(key)} took longer than ${timeoutMs} ms`);
    this.key = key;
    this.timeoutMs = timeoutMs;
  }
}

/** A call took longer than `timeouts.totalMs`, and none of its attempts had brought an answer. */
export class DeadlineExceededError extends BreakwaterError {
  static {
    nameInstances(DeadlineExceededError, 'DeadlineExceededError');
  }

  readonly code = 'ERR_DEADLINE_EXCEEDED';
  readonly key: string;
  readonly timeoutMs: number;

  constructor(key: string, timeoutMs: number, cause?: unknown) {
    super(`call for ${quoted(key)} took longer than ${timeoutMs} ms`, cause);
    this.key = key;
    this.timeoutMs = timeoutMs;
  }
}

/** What `execute(fn, { exhausted: 'wrap' })` throws when retrying ended without success. `cause` is the last attempt's error or response. */
export class RetryExhaustedError extends BreakwaterError {
  static {
    nameInstances(RetryExhaustedError, 'RetryExhaustedError');
  }

  readonly code = 'ERR_RETRY_EXHAUSTED';
  readonly key: string;
  readonly attempts: number;

  constructor(key: string, attempts: number, cause: unknown) {
    super(`gave up on ${quoted(key)} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`, cause);
    this.key = key;
    this.attempts = attempts;
  }
}

/** Stands as `cause` for an answer that came as a value, so that no body is kept alive by an open circuit. */
export class FailedResponseError extends Error {
  static {
    nameInstances(FailedResponseError, 'FailedResponseError');
  }

  readonly status: number;

  constructor(status: number) {
    super(`answered with status ${status}`);
    this.status = status;
  }
}

/** Whether the call was refused by an open circuit. Like all guards here it looks at `code`, through `cause`, so it holds for axios's and got's errors too. */
export const isCircuitOpen = (error: unknown): boolean => ownCode(error) === 'ERR_CIRCUIT_OPEN';
/** Whether the call was refused because the server asked to be left alone. */
export const isCoolDown = (error: unknown): boolean => ownCode(error) === 'ERR_COOL_DOWN';
/** Whether the call was refused because too many attempts were in flight. */
export const isLimited = (error: unknown): boolean => ownCode(error) === 'ERR_LIMITED';
/** Whether the last attempt was cut short by `timeouts.attemptMs`. */
export const isAttemptTimeout = (error: unknown): boolean => ownCode(error) === 'ERR_ATTEMPT_TIMEOUT';
/** Whether the call was cut short by `timeouts.totalMs`. */
export const isDeadlineExceeded = (error: unknown): boolean => ownCode(error) === 'ERR_DEADLINE_EXCEEDED';
/** Whether this is a `RetryExhaustedError`. */
export const isRetryExhausted = (error: unknown): boolean => ownCode(error) === 'ERR_RETRY_EXHAUSTED';

const OWN_CODES: ReadonlySet<unknown> = new Set<BreakwaterErrorCode>([
  'ERR_CIRCUIT_OPEN',
  'ERR_COOL_DOWN',
  'ERR_LIMITED',
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
  'ERR_RETRY_EXHAUSTED',
]);
const MAX_CAUSES = 8;

/** The outermost code of ours: what an open circuit was tripped by lies further in, and is not what happened to this call. */
function ownCode(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (OWN_CODES.has(code)) return code;
    current = cause;
  }
  return undefined;
}

/** Capturing a stack costs more than all else that a refusal does. */
function suspendStackTraces(): () => void {
  const holder = Error as { stackTraceLimit?: number };
  const limit = holder.stackTraceLimit;
  if (limit === undefined || !Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable) return () => {};
  holder.stackTraceLimit = 0;
  return () => {
    holder.stackTraceLimit = limit;
  };
}

/** On the prototype: as fast as a class can be named, and a minifier does not see it. */
function nameInstances({ prototype }: { readonly prototype: object }, name: string): void {
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}
