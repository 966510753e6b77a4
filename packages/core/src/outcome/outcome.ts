import { isObject, peek } from '../untrusted/safe-read.js';
import { codeOf, ownCode } from './error-code.js';
import { linksOf } from './error-links.js';
import { type HeaderRecord, headerRecord } from './headers.js';
import { isTelling } from './network-codes.js';

export type { HeaderRecord } from './headers.js';

/** An attempt that brought an answer with a status, whether the client takes that status for a success or not. */
export interface ResponseOutcome {
  readonly kind: 'response';
  readonly status: number;
  /** By lower-cased name; built from the client's headers when first read. */
  readonly headers: HeaderRecord;
  /** The client's own response object. */
  readonly response: unknown;
  /** Returns the answer's body, parsed at the first call; undefined if it has not been read (a stream). */
  body(): unknown;
}

/** An attempt that brought a value that is no HTTP response. */
export interface ValueOutcome {
  readonly kind: 'value';
  readonly value: unknown;
}

/** An attempt that failed without an answer. */
export interface ErrorOutcome {
  readonly kind: 'error';
  readonly error: unknown;
  /** The first telling code of the error, its causes, or the errors that an aggregate gathers. */
  readonly code: string | undefined;
}

/** Result of an attempt, as an adapter reports it. */
export type Outcome = ResponseOutcome | ValueOutcome | ErrorOutcome;

/** Argument of `shouldRetry` and `isFailure`: an attempt's result, with its number (from 1) and its duration. */
export type OutcomeInfo = Outcome & { readonly attempt: number; readonly durationMs: number };

/** Parts of a {@link ResponseOutcome}. */
export interface ResponseParts {
  readonly status: number;
  /** In any form that a client uses; not read before they are needed. */
  readonly headers: unknown;
  readonly response: unknown;
  /**
   * Returns the body as the client has it; called once, on first use.
   * @default the response's `data`, else its `body`
   */
  readonly body?: (() => unknown) | undefined;
}

/**
 * Returns the outcome of an attempt that was answered. Headers and body are read once, on first access. A body of JSON
 * text is parsed; an unread stream becomes undefined.
 */
export function responseOutcome(parts: ResponseParts): ResponseOutcome {
  return new LazyResponse(parts);
}

/** Returns the outcome of an attempt that brought a value. */
export function valueOutcome(value: unknown): ValueOutcome {
  return { kind: 'value', value };
}

/** Returns the outcome of an attempt that failed. Its code is looked up once, on first use. */
export function errorOutcome(error: unknown): ErrorOutcome {
  return new LazyError(error);
}

/**
 * Reads a fulfilled value: an answer if it has a `status` or `statusCode` (an integer in 100..599) and `headers`, else
 * a plain value. Never throws.
 */
export function outcomeOf(value: unknown): Outcome {
  return answerIn(value) ?? valueOutcome(value);
}

/**
 * Reads a thrown value. It is an answer if it looks like one itself (a thrown `Response`), or if it or one of its
 * causes has one with a status of 400 or more in `response` (axios, got, ky). Otherwise it is a failure. An error with
 * an answer below 400 is a failure: the answer broke off, or could not be read. Errors behind a telling code are not
 * read. Never throws.
 */
export function outcomeOfError(error: unknown): Outcome {
  for (const link of linksOf(error)) {
    const answer = answerIn(peek(link, 'response')) ?? answerIn(link);
    if (answer !== undefined && answer.status >= 400) return answer;
    const code = ownCode(link);
    if (answer !== undefined || (code !== undefined && isTelling(code))) break;
  }
  return errorOutcome(error);
}

function answerIn(response: unknown): ResponseOutcome | undefined {
  if (!isObject(response)) return undefined;
  try {
    const { status, statusCode, headers } = response as { status?: unknown; statusCode?: unknown; headers?: unknown };
    const code = isStatus(status) ? status : statusCode;
    return isStatus(code) && isObject(headers) ? new LazyResponse({ status: code, headers, response }) : undefined;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}

// Classes, since every response becomes one, and a getter in an object literal costs fifty times as much. Headers and
// body are kept in a side table rather than in #fields, so that they can be read through objects that inherit from
// these.

class LazyResponse implements ResponseOutcome {
  readonly kind = 'response';
  readonly status: number;
  readonly response: unknown;
  private readonly parts: ResponseParts;

  constructor(parts: ResponseParts) {
    this.status = parts.status;
    this.response = parts.response;
    this.parts = parts;
  }

  /** Bound, for predicates that destructure their argument. */
  get body(): () => unknown {
    const { parts } = this;
    return readingsOf(parts).body;
  }

  get headers(): HeaderRecord {
    return readingsOf(this.parts).headers();
  }
}

/** Parts of a response other than its status, each read once. */
interface Readings {
  readonly headers: () => HeaderRecord;
  readonly body: () => unknown;
}

const readings = new WeakMap<ResponseParts, Readings>();

function readingsOf(parts: ResponseParts): Readings {
  const known = readings.get(parts);
  if (known !== undefined) return known;
  const { headers, body, response } = parts;
  const made: Readings = {
    headers: once(() => headerRecord(headers)),
    body: once(() => readableBody(body === undefined ? bodyIn(response) : quietly(body))),
  };
  readings.set(parts, made);
  return made;
}

class LazyError implements ErrorOutcome {
  readonly kind = 'error';
  readonly error: unknown;
  private readonly readCode: () => string | undefined;

  constructor(error: unknown) {
    this.error = error;
    this.readCode = once(() => codeOf(error));
  }

  get code(): string | undefined {
    return this.readCode();
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function bodyIn(response: unknown): unknown {
  return peek(response, 'data') ?? peek(response, 'body');
}

function readableBody(body: unknown): unknown {
  if (typeof body === 'string') return parsedIfJson(body);
  return isStream(body) ? undefined : body;
}

function parsedIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Tells a Node stream or a web stream from other bodies. */
export function isStream(body: unknown): boolean {
  return typeof peek(body, 'pipe') === 'function' || typeof peek(body, 'getReader') === 'function';
}

/** Returns a function's result; undefined if it throws. */
function quietly(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
