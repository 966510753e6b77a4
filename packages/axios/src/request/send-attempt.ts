import type { AttemptContext } from '@breakwater/core';
import type { Adapter, ClientResponse, RequestConfig, RequestHeaders } from '../axios-types.js';
import { copyConfig, copyHeaders, type OwnConfig, restoreConfig, sentHeader, setHeader } from './attempt-config.js';
import { type CallCancel, cancelsOf } from './cancel.js';
import { type FormParts, formParts, sendBytes } from './replayable-form.js';
import { pastStaleSockets } from './stale-sockets.js';

/** Common part of the attempts of one request. */
export interface AttemptsInput {
  readonly adapter: Adapter;
  readonly config: RequestConfig;
  readonly cancel: CallCancel;
  /** Attempts are raced against the signal of their context, and get it. */
  readonly raced: boolean;
  readonly keyHeader: string;
  /** Tells if the request may be sent again for a stale kept-alive connection; absent: it may not. */
  mayRepeat?(): boolean;
}

/** A function that makes the attempts of one request, for the policy's loop. */
export function attemptsOf(input: AttemptsInput): (context: AttemptContext) => PromiseLike<ClientResponse> {
  const { adapter, cancel, config, raced } = input;
  let pristine: RequestHeaders | undefined;
  let form: FormParts | undefined;
  let isSent = false;
  return (context) => {
    if (context.mode !== 'enforce') return adapter(config);
    const signal = raced ? context.signal : cancel.signal;
    // The http adapter would send the request all the same, and then nothing could end it.
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (pristine === undefined) {
      carryKey(config.headers, input.keyHeader, context.idempotencyKey);
      pristine = raced ? config.headers : copyHeaders(config.headers);
      form = formParts(config.data);
      // The first attempt needs no copy of the config: what its adapter writes into the headers is what axios shows
      // afterwards.
      if (!raced) {
        isSent = true;
        return tryAgain(adapter(config), pristine, signal, context);
      }
    }
    return tryAgain(sendAgain(pristine, context), pristine, signal, context);
  };

  function sendAgain(headers: RequestHeaders, context: AttemptContext): Promise<ClientResponse> {
    const copy = copyConfig(config, headers);
    if (isSent && form !== undefined) sendBytes(copy, form);
    isSent = true;
    return sendCopy(input, context, copy);
  }

  function tryAgain(
    first: PromiseLike<ClientResponse>,
    headers: RequestHeaders,
    signal: AbortSignal | undefined,
    context: AttemptContext,
  ): PromiseLike<ClientResponse> {
    if (input.mayRepeat === undefined) return first;
    return Promise.resolve(first).then(undefined, (error: unknown) =>
      pastStaleSockets(error, {
        sendAgain: () => sendAgain(headers, context),
        mayRepeat: () => signal?.aborted !== true && input.mayRepeat?.() === true,
      }),
    );
  }
}

async function sendCopy({ adapter, config, raced }: AttemptsInput, context: AttemptContext, copy: OwnConfig) {
  if (raced) followAttempt(copy, context.signal);
  return sendOwn(adapter, config, copy);
}

/** Sends a copy of the request's config. The caller sees the config itself on what comes of it. */
export async function sendOwn(adapter: Adapter, config: RequestConfig, copy: OwnConfig): Promise<ClientResponse> {
  try {
    const response = await adapter(copy);
    if (response?.config === copy) response.config = config;
    return response;
  } catch (error) {
    restoreConfig(error, copy, config);
    throw error;
  }
}

/**
 * The attempt's signal stands for the caller's signal and token. The body of a streamed answer outlives the attempt,
 * though, and is the caller's to cancel.
 */
export function followAttempt(copy: OwnConfig, attempt: AbortSignal): void {
  if (copy.responseType === 'stream') {
    const { signal } = cancelsOf(copy);
    copy.signal = signal === undefined ? attempt : lastingSignal(signal, attempt);
    return;
  }
  copy.signal = attempt;
  // With both on it, 0.27 would trip over the listeners of its own token.
  copy.cancelToken = undefined;
}

/**
 * Returns a signal that follows all of these for as long as it is in use, and is collected with it. If one of them is no signal of the
 * platform, or the platform cannot join signals, it is the first alone.
 */
export function lastingSignal(first: AbortSignal, ...others: readonly AbortSignal[]): AbortSignal {
  const signals = [first, ...others];
  const { any } = AbortSignal as { any?: (signals: AbortSignal[]) => AbortSignal };
  const canJoin = any !== undefined && signals.every((signal) => signal instanceof AbortSignal);
  return canJoin ? any.call(AbortSignal, signals) : first;
}

export function carryKey(headers: RequestHeaders, name: string, key: string | undefined): void {
  if (key !== undefined && sentHeader(headers, name) === undefined) setHeader(headers, name, key);
}
