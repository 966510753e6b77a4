import type { AttemptContext } from '@breakwater/core';
import { abortReason, linkedAbort, type Place, type PreparationContext } from '@breakwater/core/adapter';
import { axiosError, type ClientResponse, type RequestConfig, type RequestHeaders } from '../axios-types.js';
import type { AttemptConfig, BeforeAttempt } from '../request-options.js';
import { copyConfig, type OwnConfig, setHeader } from './attempt-config.js';
import { cancelsOf } from './cancel.js';
import { type FormParts, formParts, sendBytes } from './replayable-form.js';
import { type AttemptsInput, carryKey, followAttempt, lastingSignal, sendOwn } from './send-attempt.js';
import { sentAgain } from './stale-sockets.js';

/** Common part of the attempts of one request that has a `beforeAttempt`. */
export interface PreparedAttemptsInput extends Omit<AttemptsInput, 'raced'> {
  readonly beforeAttempt: BeforeAttempt;
  /** Called if a new body has replaced the request's own. */
  onNewBody(): void;
  /** Returns the place to which a config is sent; undefined if the user has named the key. */
  placeOf(config: RequestConfig): Place | undefined;
}

/**
 * The two halves of an attempt: the user's `beforeAttempt`, which runs before the policy admits it, and the sending.
 */
export interface PreparedAttempts {
  /** Resolves with the place of the attempt, if the previous one was sent to another. */
  prepare(context: PreparationContext): Promise<Place | undefined>;
  /** Tells if this `beforeAttempt` has sent an attempt, of any request, to another place. */
  mayMove(): boolean;
  send(context: AttemptContext): PromiseLike<ClientResponse>;
}

/**
 * Returns the functions that make the attempts of one request, for the policy's loop. The attempts are raced against
 * the signals of their contexts.
 */
export function preparedAttemptsOf(input: PreparedAttemptsInput): PreparedAttempts {
  const { adapter, config, keyHeader } = input;
  let headers: RequestHeaders | undefined;
  let form: FormParts | undefined;
  let isSent = false;
  let prepared: Prepared | undefined;
  let place: Place | undefined;

  async function prepare(context: PreparationContext): Promise<Place | undefined> {
    if (headers === undefined) {
      carryKey(config.headers, keyHeader, context.idempotencyKey);
      headers = config.headers;
      form = formParts(config.data);
    }
    const copy = copyConfig(config, headers);
    if (isSent && form !== undefined) sendBytes(copy, form);
    const own = await preparedBy(input, context, copy);
    // A result that comes too late must not replace that of a later attempt.
    if (context.signal.aborted) return undefined;
    prepared = own;
    return moved(own.copy);
  }

  function moved(copy: OwnConfig): Place | undefined {
    const from = place ?? input.placeOf(config);
    place = input.placeOf(copy);
    if (place === undefined || (place.key === from?.key && place.url === from?.url)) return undefined;
    movers.add(input.beforeAttempt);
    return place;
  }

  function send(context: AttemptContext): Promise<ClientResponse> {
    if (context.signal.aborted || prepared === undefined) return Promise.reject(abortReason(context.signal));
    isSent = true;
    return sendPrepared(input, context, prepared);
  }

  return {
    prepare,
    mayMove: () => movers.has(input.beforeAttempt),
    send: (context) => {
      if (context.mode !== 'enforce') return adapter(config);
      const first = send(context);
      if (input.mayRepeat === undefined) return first;
      return first.then(undefined, (error: unknown) => {
        const again = sentAgain(error, {
          sendAgain: async () => {
            await prepare(context);
            return send(context);
          },
          mayRepeat: () => !context.signal.aborted && input.mayRepeat?.() === true,
        });
        if (again === undefined) throw error;
        return again;
      });
    },
  };
}

/** Functions that have sent an attempt elsewhere. They run even if the circuit of the request's own place is open. */
const movers = new WeakSet<BeforeAttempt>();

/** The config of the next attempt, and the signal that `beforeAttempt` has set on it. */
interface Prepared {
  readonly copy: OwnConfig;
  readonly signal: RequestConfig['signal'] | null;
  readonly isOwnSignal: boolean;
}

async function preparedBy(
  { beforeAttempt, cancel, onNewBody }: PreparedAttemptsInput,
  context: PreparationContext,
  copy: OwnConfig,
): Promise<Prepared> {
  const { data } = copy;
  followAttempt(copy, context.signal);
  const given = copy.signal;
  try {
    const headers = await beforeAttempt(copy as unknown as AttemptConfig, context.attempt);
    for (const [name, value] of Object.entries(headers ?? {})) setHeader(copy.headers, name, value);
  } catch (error) {
    // A result that comes too late ends nothing: the call continues without it.
    // A signal without a reason would make it look like a cancel.
    const thrown = error === undefined ? new TypeError('beforeAttempt threw undefined') : error;
    if (!context.signal.aborted) cancel.abort(thrown);
    throw thrown;
  }
  if (copy.data !== data && !context.signal.aborted) onNewBody();
  return { copy, signal: copy.signal, isOwnSignal: copy.signal !== given };
}

async function sendPrepared(
  { adapter, config }: PreparedAttemptsInput,
  context: AttemptContext,
  { copy, signal, isOwnSignal }: Prepared,
): Promise<ClientResponse> {
  if (!isOwnSignal) {
    copy.signal = config.signal;
    followAttempt(copy, context.signal);
    return sendOwn(adapter, config, copy);
  }
  if (!signal) return sendOwn(adapter, config, copy);
  // The fetch adapter of some releases would still send it.
  if (signal.aborted) throw timeoutError(signal.reason, config);
  const both = bothSignals(signal, context, copy, config);
  copy.signal = both.signal;
  try {
    return await sendOwn(adapter, config, copy);
  } catch (error) {
    throw signal.aborted && !context.signal.aborted ? timeoutError(signal.reason, config) : error;
  } finally {
    both.unlink();
  }
}

/**
 * Joins the attempt's own signal and the policy's. The body of a streamed answer outlives the attempt, so it also
 * follows the caller's.
 */
function bothSignals(own: AbortSignal, { signal }: AttemptContext, { responseType }: OwnConfig, config: RequestConfig) {
  if (responseType !== 'stream') return linkedAbort(signal, own);
  const { signal: caller } = cancelsOf(config);
  return { signal: lastingSignal(own, signal, ...(caller === undefined ? [] : [caller])), unlink: () => {} };
}

/** Returns the error of an attempt that was ended alone: it is a failed attempt, not a cancelled call. */
function timeoutError(reason: unknown, config: RequestConfig): Error {
  return axiosError('the time limit of the attempt was exceeded', 'ETIMEDOUT', config, reason);
}
