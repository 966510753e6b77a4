import type { Policy, StopReason } from '@breakwater/core';
import {
  AttemptContext,
  type AttemptEnd,
  admitPrepared,
  keepReport,
  type LateHandlers,
  type PreparedAdmission,
  pause,
} from '@breakwater/core/adapter';
import { type Adapter, type AxiosCopy, type ClientResponse, resolveAdapter } from '../axios-types.js';
import { keyHeaderOf, placesOf } from '../request/call-options.js';
import { cancelOf } from '../request/cancel.js';
import { isOneShotBody } from '../request/one-shot-body.js';
import { axiosTraits } from '../request/outcome.js';
import { type PreparedAttempts, preparedAttemptsOf } from '../request/prepared-attempts.js';
import { attemptsOf } from '../request/send-attempt.js';
import { finalError } from '../resilience-error.js';
import { begin, type CallResources, releaseResources, releaseWhenCollected } from './call-resources.js';
import { configForResend, type Sent, sentConfig } from './resend-config.js';
import type { DropInConfig, FailedRequest, RuleCall, Waiting } from './retry-rule.js';

/** One request on its way through a policy: its attempts, and the methods that a drop-in's rule may call. */
export class DropInCall implements RuleCall {
  readonly #policy: Policy;
  readonly #copy: AxiosCopy | undefined;
  #held: CallResources | undefined;
  #isOver = false;
  #sent: Sent | undefined;
  #renewsBody = false;
  #hasLastWord = false;
  #stopReason: StopReason | undefined;

  constructor(policy: Policy, copy: AxiosCopy | undefined) {
    this.#policy = policy;
    this.#copy = copy;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells if the policy has allowed no further attempt, or has ended one because time was up. */
  get policyHasLastWord(): boolean {
    return this.#hasLastWord;
  }

  /** Makes one attempt. It is always settled, whatever happens to the request later. */
  async send(config: DropInConfig): Promise<ClientResponse> {
    const held = this.#hold(config);
    const { session } = held;
    const attempts = this.#attemptsOf(held, config);
    let admission = this.#admit(held, attempts.prepare);
    if (admission instanceof Promise) admission = await admission;
    if (!admission.admitted) {
      this.#hasLastWord = admission.stopReason !== 'cancelled';
      throw this.#failed(admission.error, config, held);
    }
    const { permit } = admission;
    const ending = admission.ended ?? (await this.#attempt(held, config, permit.attempt, attempts.send));
    if (ending.kind === 'cancelled' || ending.kind === 'deadline') {
      session.abandon(permit, ending.kind);
      this.#hasLastWord = ending.kind === 'deadline';
      throw this.#failed(ending.reason, config, held);
    }
    if (ending.kind === 'thrown') {
      session.settle(permit, outcomeOfError(ending.error), ending.error, true);
      throw this.#failed(ending.error, config, held);
    }
    const decision = session.settle(permit, outcomeOf(ending.value), undefined, true);
    if (!decision.retry && decision.stopReason === 'success') this.end(ending.value);
    else releaseWhenCollected(config, held);
    return ending.value;
  }

  /** Returns the config of the next attempt: that of the last one, with the user's changes. */
  nextConfig(config: DropInConfig, defaults: object): DropInConfig {
    return configForResend(config, this.#sent, defaults);
  }

  mayRetry(config: DropInConfig): boolean {
    return !this.#hasLastWord && cancelOf(config) === undefined && this.#held?.cancel.signal?.aborted !== true;
  }

  requestRetry(delayMs: number, { config, response }: FailedRequest): number | undefined {
    const { session } = this.#hold(config);
    const waitMs = delayMs > 0 ? delayMs : 0;
    if (waitMs > MAX_TIMER_MS) {
      this.stop('elapsed');
      return undefined;
    }
    const decision = session.retry(waitMs, response?.status === 429 ? 'throttled' : 'transient');
    // If the call is not enforced, the drop-in retries as it would without a policy.
    return session.mode !== 'enforce' || decision.retry ? waitMs : undefined;
  }

  canSend({ data }: DropInConfig): boolean {
    const isSpent = isOneShotBody(data) && (this.#sent === undefined || data === this.#sent.data);
    return !isSpent || this.#renewsBody;
  }

  wait(delayMs: number): Waiting {
    let cut = (): void => {};
    const over = pause(this.#policy.settings.clock, delayMs, this.#held?.cancel.signal, (wake) => {
      cut = wake;
      return this.#held?.session.onRelease(wake) ?? (() => {});
    });
    return { over: over.then(() => {}), cut: () => cut() };
  }

  stop(why: StopReason): void {
    this.#stopReason = why;
  }

  /** Ends the call, and keeps its report beside what it ended with. Does nothing if called again. */
  end(...ends: readonly unknown[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#held === undefined) return;
    const { session } = this.#held;
    releaseResources(this.#held, this.#stopReason);
    for (const end of ends) keepReport(end, session.report());
  }

  #hold(config: DropInConfig): CallResources {
    this.#held ??= begin(this.#policy, config);
    return this.#held;
  }

  #admit(
    { guard, session }: CallResources,
    prepare: Attempts['prepare'],
  ): PreparedAdmission | Promise<PreparedAdmission> {
    return prepare === undefined || guard === undefined ? session.admit() : admitPrepared(session, prepare, guard);
  }

  async #attempt(
    { cancel, guard, session }: CallResources,
    config: DropInConfig,
    attempt: number,
    send: Attempts['send'],
  ): Promise<AttemptEnd<ClientResponse>> {
    const sent = sentConfig(config);
    try {
      if (guard !== undefined) return await guard.run(send, attempt, LATE);
      return { kind: 'value', value: await send(new AttemptContext(session, attempt, cancel.signal)) };
    } catch (error) {
      return { kind: 'thrown', error };
    } finally {
      this.#sent = sent();
    }
  }

  #attemptsOf({ cancel, guard, options }: CallResources, config: DropInConfig): Attempts {
    const { beforeAttempt } = options;
    const keyHeader = keyHeaderOf(this.#policy);
    const adapter: Adapter = (attempt) => resolveAdapter(config.adapter, config, this.#copy)(attempt);
    const common = { adapter, config, cancel, keyHeader };
    if (beforeAttempt === undefined || guard === undefined) {
      return { prepare: undefined, send: attemptsOf({ ...common, raced: guard !== undefined }) };
    }
    const onNewBody = (): void => {
      this.#renewsBody = true;
    };
    return preparedAttemptsOf({ ...common, beforeAttempt, onNewBody, placeOf: placesOf(this.#policy, options) });
  }

  /**
   * Returns the error of an attempt that failed or was not made, as axios would throw it. A cancel may lack the config
   * that identifies its request.
   */
  #failed(reason: unknown, config: DropInConfig, held: CallResources): unknown {
    const error = finalError(reason, config);
    if (cancelOf(config) === undefined) releaseWhenCollected(config, held);
    else this.end(error);
    return error;
  }
}

/** The two halves of an attempt; `prepare` exists only if the request has a `beforeAttempt`. */
type Attempts = Pick<PreparedAttempts, 'send'> & { readonly prepare: PreparedAttempts['prepare'] | undefined };

const MAX_TIMER_MS = 2 ** 31 - 1;

const { discard, outcomeOf, outcomeOfError } = axiosTraits;

/** Discards an answer that comes after the call is over, so that it does not hold its socket. */
const LATE: LateHandlers<ClientResponse> = {
  value: (response) => discard(outcomeOf(response)),
  error: (error) => discard(outcomeOfError(error)),
};
