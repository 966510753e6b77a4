import { quoted } from '../untrusted/quote.js';

/**
 * The codes of the errors that this library makes. They are its contract: adapters put them on their clients' own
 * errors.
 */
export type BreakwaterErrorCode =
  | 'ERR_CIRCUIT_OPEN'
  | 'ERR_COOL_DOWN'
  | 'ERR_LIMITED'
  | 'ERR_ATTEMPT_TIMEOUT'
  | 'ERR_DEADLINE_EXCEEDED'
  | 'ERR_RETRY_EXHAUSTED';

/** Base of all errors of this library. Such an error is thrown only if no attempt brought an answer of its own. */
export abstract class BreakwaterError extends Error {
  abstract readonly code: BreakwaterErrorCode;

  protected constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/**
 * A call was refused without an attempt. The message is always the same, so that logs can group it. There is no stack
 * trace, because refusals come in thousands, always from the same place.
 */
export abstract class RefusalError extends BreakwaterError {
  readonly key: string;
  /** Time after which a new call may succeed, in ms from now; undefined if that cannot be known. */
  readonly retryAfterMs: number | undefined;

  protected constructor(message: string, key: string, retryAfterMs: number | undefined, cause?: unknown) {
    const restore = suspendStackTraces();
    super(message, cause);
    restore();
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The key's circuit is open, or it is half-open or ramping up and this call was not let through. `cause` is a digest
 * (name, code, status) of the failure that tripped it.
 */
export class CircuitOpenError extends RefusalError {
  static {
    nameInstances(CircuitOpenError, 'CircuitOpenError');
  }

  readonly code = 'ERR_CIRCUIT_OPEN';

  constructor(key: string, retryAfterMs: number | undefined, cause?: unknown) {
    super(`circuit ${quoted(key)} is open`, key, retryAfterMs, cause);
  }
}

/**
 * The server asked for a pause (`Retry-After`), and the call cannot wait that long. `cause` is a digest of that answer.
 */
export class CoolDownError extends RefusalError {
  static {
    nameInstances(CoolDownError, 'CoolDownError');
  }

  readonly code = 'ERR_COOL_DOWN';

  constructor(key: string, retryAfterMs: number, cause?: unknown) {
    super(`${quoted(key)} asked to be left alone`, key, retryAfterMs, cause);
  }
}

/** Too many of the key's attempts are in flight. */
export class LimitedError extends RefusalError {
  static {
    nameInstances(LimitedError, 'LimitedError');
  }

  readonly code = 'ERR_LIMITED';

  constructor(key: string, retryAfterMs: number | undefined, cause?: unknown) {
    super(`too many attempts in flight for ${quoted(key)}`, key, retryAfterMs, cause);
  }
}

/** The last attempt took longer than `timeouts.attemptMs`. */
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

/** The call took longer than `timeouts.totalMs`, and no attempt had brought an answer. */
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

/** `execute(fn, { exhausted: 'wrap' })` gave up. `cause` is the last attempt's error or response. */
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

/** Stands in for an answer as `cause`, so that an open circuit keeps no body alive. */
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

/**
 * Tells if an open circuit refused the call. Like all these guards it reads `code`, and follows `cause`, so that it
 * works for the errors of axios and got, too.
 */
export const isCircuitOpen = (error: unknown): boolean => ownCode(error) === 'ERR_CIRCUIT_OPEN';
/** Tells if the call was refused because of a cool-down. */
export const isCoolDown = (error: unknown): boolean => ownCode(error) === 'ERR_COOL_DOWN';
/** Tells if the call was refused because too many attempts were in flight. */
export const isLimited = (error: unknown): boolean => ownCode(error) === 'ERR_LIMITED';
/** Tells if `timeouts.attemptMs` ended the last attempt. */
export const isAttemptTimeout = (error: unknown): boolean => ownCode(error) === 'ERR_ATTEMPT_TIMEOUT';
/** Tells if `timeouts.totalMs` ended the call. */
export const isDeadlineExceeded = (error: unknown): boolean => ownCode(error) === 'ERR_DEADLINE_EXCEEDED';
/** Tells if the error is a `RetryExhaustedError`. */
export const isRetryExhausted = (error: unknown): boolean => ownCode(error) === 'ERR_RETRY_EXHAUSTED';

/** The codes that adapters put on their clients' own errors: no attempt brought an answer. */
export type PolicyErrorCode = Exclude<BreakwaterErrorCode, 'ERR_RETRY_EXHAUSTED'>;

/** Tells if a code is one that adapters put on their clients' own errors. */
export function isPolicyErrorCode(code: unknown): code is PolicyErrorCode {
  return POLICY_CODES.has(code);
}

const POLICY_CODES: ReadonlySet<unknown> = new Set<PolicyErrorCode>([
  'ERR_CIRCUIT_OPEN',
  'ERR_COOL_DOWN',
  'ERR_LIMITED',
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
]);
const MAX_CAUSES = 8;

/**
 * Returns the outermost code of this library. Inner codes belong to the failure that tripped the circuit, not to this
 * call.
 */
function ownCode(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < MAX_CAUSES && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (isPolicyErrorCode(code) || code === 'ERR_RETRY_EXHAUSTED') return code;
    current = cause;
  }
  return undefined;
}

/**
 * Switches stack traces off until the returned function is called: capturing one costs more than the rest of a refusal.
 */
function suspendStackTraces(): () => void {
  const holder = Error as { stackTraceLimit?: number };
  const limit = holder.stackTraceLimit;
  if (limit === undefined || !Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable) return () => {};
  holder.stackTraceLimit = 0;
  return () => {
    holder.stackTraceLimit = limit;
  };
}

/** Sets the name of a class's instances on the prototype: the fastest way, and safe from minifiers. */
function nameInstances({ prototype }: { readonly prototype: object }, name: string): void {
  Object.defineProperty(prototype, 'name', { value: name, configurable: true, writable: true });
}
