import type { Policy, StopReason } from '@breakwater/core';
import { AttemptContext, type AttemptEnd, keepReport, type LateHandlers, pause } from '@breakwater/core/adapter';
import { type AxiosCopy, type ClientResponse, resolveAdapter } from '../axios-types.js';
import { keyHeaderOf } from '../request/call-options.js';
import { cancelOf } from '../request/cancel.js';
import { isOneShotBody } from '../request/one-shot-body.js';
import { axiosTraits } from '../request/outcome.js';
import { attemptsOf } from '../request/send-attempt.js';
import { finalError } from '../resilience-error.js';
import { begin, type CallResources, releaseResources, releaseWhenCollected } from './call-resources.js';
import { configForResend, type Sent, sentConfig } from './resend-config.js';
import type { DropInConfig, FailedRequest, RuleCall, Waiting } from './retry-rule.js';

/** One request on its way through a policy: its attempts, and what a drop-in's rule may ask for. */
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

  /** Tells if the policy allowed no further attempt, or ended one because time was up. */
  get policyHasLastWord(): boolean {
    return this.#hasLastWord;
  }

  /** Makes one attempt, which is settled whatever becomes of the request then. */
  async send(config: DropInConfig): Promise<ClientResponse> {
    const held = this.#hold(config);
    const { session } = held;
    let admission = session.admit();
    if (admission instanceof Promise) admission = await admission;
    if (!admission.admitted) {
      this.#hasLastWord = admission.stopReason !== 'cancelled';
      throw this.#failed(admission.error, config, held);
    }
    const { permit } = admission;
    const ending = await this.#attempt(held, config, permit.attempt);
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

  /** The config of the next attempt, made of that of the last and what the user has changed in it. */
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
    // If nothing is enforced, the drop-in retries as it would without a policy.
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

  /** The call is over; its report is kept with what it ended with. Again does nothing. */
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

  async #attempt(held: CallResources, config: DropInConfig, attempt: number): Promise<AttemptEnd<ClientResponse>> {
    const { cancel, guard, options, session } = held;
    const sent = sentConfig(config);
    try {
      const send = attemptsOf({
        adapter: resolveAdapter(config.adapter, config, this.#copy),
        config,
        cancel,
        raced: guard !== undefined,
        keyHeader: keyHeaderOf(this.#policy),
        beforeAttempt: options.beforeAttempt,
        onNewBody: () => {
          this.#renewsBody = true;
        },
      });
      if (guard !== undefined) return await guard.run(send, attempt, LATE);
      return { kind: 'value', value: await send(new AttemptContext(session, attempt, cancel.signal)) };
    } catch (error) {
      return { kind: 'thrown', error };
    } finally {
      this.#sent = sent();
    }
  }

  /** The error of an attempt that failed, or was not made, as axios would have it. A cancel may have no config to be known by. */
  #failed(reason: unknown, config: DropInConfig, held: CallResources): unknown {
    const error = finalError(reason, config);
    if (cancelOf(config) === undefined) releaseWhenCollected(config, held);
    else this.end(error);
    return error;
  }
}

const MAX_TIMER_MS = 2 ** 31 - 1;

const { discard, outcomeOf, outcomeOfError } = axiosTraits;

/** An answer that comes after the call is over must not keep its socket. */
const LATE: LateHandlers<ClientResponse> = {
  value: (response) => discard(outcomeOf(response)),
  error: (error) => discard(outcomeOfError(error)),
};
