import type { AttemptContext } from '@breakwater/core';
import { abortReason } from '@breakwater/core/adapter';
import type { Adapter, ClientResponse, RequestConfig, RequestHeaders } from '../axios-types.js';
import { copyConfig, copyHeaders, type OwnConfig, restoreConfig, sentHeader, setHeader } from './attempt-config.js';
import { type CallCancel, cancelsOf } from './cancel.js';
import { type FormParts, formParts, sendBytes } from './replayable-form.js';
import { sentAgain } from './stale-sockets.js';

/** Common part of the attempts of one request. */
export interface AttemptsInput {
  readonly adapter: Adapter;
  readonly config: RequestConfig;
  readonly cancel: CallCancel;
  /** Set if attempts are raced against the signal of their context, and get it. */
  readonly raced: boolean;
  readonly keyHeader: string;
  /** Tells if the request may be sent again for a stale kept-alive connection. Absent: it may not. */
  mayRepeat?(): boolean;
}

/** Returns a function that makes the attempts of one request, for the policy's loop. */
export function attemptsOf(input: AttemptsInput): (context: AttemptContext) => PromiseLike<ClientResponse> {
  const attempts = new Attempts(input);
  return (context) => {
    const sent = attempts.send(context);
    if (input.mayRepeat === undefined) return sent;
    return Promise.resolve(sent).then(undefined, (error: unknown) => {
      const again = attempts.again(error, context);
      if (again === undefined) throw error;
      return again;
    });
  };
}

/** The attempts of one request. */
export class Attempts {
  readonly #input: AttemptsInput;
  /** The headers as they were before the first attempt. Undefined until an attempt is enforced. */
  #pristine: RequestHeaders | undefined = undefined;
  #form: FormParts | undefined = undefined;
  #isSent = false;

  constructor(input: AttemptsInput) {
    this.#input = input;
  }

  send(context: AttemptContext): PromiseLike<ClientResponse> {
    const { adapter, cancel, config, keyHeader, raced } = this.#input;
    if (context.mode !== 'enforce') return adapter(config);
    const signal = raced ? context.signal : cancel.signal;
    // The http adapter would still send the request, and then nothing could end it.
    if (signal?.aborted) return Promise.reject(abortReason(signal));
    if (this.#pristine === undefined) {
      carryKey(config.headers, keyHeader, context.idempotencyKey);
      this.#pristine = raced ? config.headers : copyHeaders(config.headers);
      this.#form = formParts(config.data);
      // The first attempt needs no copy of the config: the headers that its adapter writes are those that axios shows
      // afterwards.
      if (!raced) {
        this.#isSent = true;
        return adapter(config);
      }
    }
    return this.#sendAgain(this.#pristine, context);
  }

  /**
   * Sends a failed attempt's request again if its connection was stale. Undefined if it was not, or if that may do
   * harm.
   */
  again(error: unknown, context: AttemptContext | undefined): Promise<ClientResponse> | undefined {
    const { cancel, raced } = this.#input;
    const pristine = this.#pristine;
    if (pristine === undefined) return undefined;
    const signal = raced ? context?.signal : cancel.signal;
    return sentAgain(error, {
      sendAgain: () => this.#sendAgain(pristine, context),
      mayRepeat: () => signal?.aborted !== true && this.#input.mayRepeat?.() === true,
    });
  }

  #sendAgain(headers: RequestHeaders, context: AttemptContext | undefined): Promise<ClientResponse> {
    const { adapter, config, raced } = this.#input;
    const copy = copyConfig(config, headers);
    if (this.#isSent && this.#form !== undefined) sendBytes(copy, this.#form);
    this.#isSent = true;
    if (raced && context !== undefined) followAttempt(copy, context.signal);
    return sendOwn(adapter, config, copy);
  }
}

/** Sends a copy of the request's config. The caller sees the original config on the result. */
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
 * Replaces the caller's signal and token by the attempt's signal. The body of a streamed answer outlives the attempt,
 * and follows the caller's as well.
 */
export function followAttempt(copy: OwnConfig, attempt: AbortSignal): void {
  if (copy.responseType === 'stream') {
    const { signal } = cancelsOf(copy);
    copy.signal = signal === undefined ? attempt : lastingSignal(signal, attempt);
    return;
  }
  copy.signal = attempt;
  // With both set, 0.27 would fail on the listeners of its own token.
  copy.cancelToken = undefined;
}

/**
 * Returns a signal that follows all of these while it is in use, and is then garbage-collected. If one of them is not a
 * signal of the platform, or the platform cannot join signals, it is only the first.
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
