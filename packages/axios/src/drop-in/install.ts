import type { Policy } from '@breakwater/core';
import { otherCopyOf } from '../axios-copy.js';
import {
  type Adapter,
  type AxiosTarget,
  belongsTo,
  checkInstance,
  type Interceptors,
  type RequestConfig,
} from '../axios-types.js';
import { dispatch } from './dispatch.js';
import { DropInCall } from './drop-in-call.js';
import { earlierThan, through } from './earlier-interceptors.js';
import { type Failure, failureIn, failureInAcceptedResponse, outcomeOf } from './failure.js';
import type { DropInConfig, NextStep, RetryRule } from './retry-rule.js';

/** The interceptors of a drop-in on an instance. */
export interface Installed {
  readonly requestId: number;
  readonly responseId: number;
  /** Removes the request interceptor, which has no function once the response interceptor has been removed. */
  ejectRequest(): void;
}

/**
 * Installs a drop-in's rule on an instance. axios makes the first attempt of a request itself, through an adapter that
 * goes through the policy; a response interceptor makes the others. So response interceptors that were added before see
 * every attempt, as in the replaced libraries. Other interceptors run once per request, unlike in those libraries.
 *
 * @throws TypeError if the argument is not an instance, and for axios 1.2 to 1.4 and before 0.27
 */
export function installRule(instance: AxiosTarget, policy: Policy, rule: RetryRule): Installed {
  checkInstance(instance);
  const copy = otherCopyOf(instance);
  const { request, response } = instance.interceptors as unknown as { request: Interceptors; response: Interceptors };
  const calls = new WeakMap<object, DropInCall>();

  const adapterOver = (underlying: unknown): Adapter => {
    return (config) => {
      // Comes first, so that a user who sends this config again finds in it what was there before.
      config.adapter = underlying;
      return newCall(config).send(config);
    };
  };
  const newCall = (config: RequestConfig): DropInCall => {
    const call = new DropInCall(policy, copy);
    calls.set(config, call);
    belongsTo(config, copy);
    return call;
  };
  const callOf = (config: DropInConfig): DropInCall => {
    const call = calls.get(config);
    return call === undefined || call.isOver ? newCall(config) : call;
  };

  const onRequest = (config: RequestConfig): RequestConfig => {
    // An interceptor did not return the config, for which axios has an error of its own.
    if (typeof config !== 'object' || config === null) return config;
    // Another interceptor may have frozen it.
    const own = Object.isFrozen(config) ? Object.assign(Object.create(Object.getPrototypeOf(config)), config) : config;
    rule.attemptBegins(own);
    // Without the response interceptor, this one has no function.
    if (earlierThan(onRejected, response) !== undefined) own.adapter = adapterOver(own.adapter);
    return own;
  };
  const onFulfilled = (value: unknown): unknown => {
    const hidden = failureInAcceptedResponse(value);
    if (hidden !== undefined && calls.has(hidden.error.config)) return retryLoop(hidden);
    const { config } = (value ?? {}) as { config?: object };
    if (typeof config === 'object' && config !== null) calls.get(config)?.end(value);
    return value;
  };
  const onRejected = (error: unknown): Promise<unknown> => {
    const failure = failureIn(error);
    return failure === undefined ? Promise.reject(stray(error)) : retryLoop(failure);
  };
  const stray = (error: unknown): unknown => {
    if (failureIn(error) === undefined && typeof error === 'object' && error !== null) rule.strayError(error);
    return error;
  };

  const retryLoop = async (first: Failure): Promise<unknown> => {
    const call = callOf(first.error.config);
    try {
      for (let failure = first; ; ) {
        const { error } = failure;
        const step = await rule.next(error, call);
        if (step !== 'send') return ending(call, failure, step);
        const config = call.nextConfig(error.config, instance.defaults);
        rule.attemptBegins(config);
        calls.set(config, call);
        belongsTo(config, copy);
        const sent = dispatch(config, (own) => call.send(own));
        await sent.catch(() => {});
        // The last real answer wins.
        if (call.policyHasLastWord) return ending(call, failure, 'reject');
        const outcome = await outcomeOf(through(earlierThan(onRejected, response) ?? [], sent)).catch((error) => {
          throw stray(error);
        });
        if (outcome.failure === undefined) {
          call.end(outcome.value);
          return outcome.value;
        }
        failure = outcome.failure;
      }
    } catch (error) {
      call.end(error);
      throw error;
    }
  };

  // Synchronous, because axios since 1.13.3 otherwise ignores what a response interceptor makes of an error.
  const requestId = request.use(onRequest, undefined, { synchronous: true });
  return {
    requestId,
    responseId: response.use(onFulfilled, onRejected),
    ejectRequest() {
      let isThere = false;
      request.forEach(({ fulfilled }) => {
        isThere ||= fulfilled === onRequest;
      });
      // Older releases reuse ids after `interceptors.request.clear()`.
      if (isThere) request.eject(requestId);
    },
  };
}

/** Ends a call that gets no further attempt. */
function ending(call: DropInCall, { error, answer }: Failure, step: Exclude<NextStep, 'send'>): unknown {
  if (step === 'resolve') call.stop('success');
  call.end(error, error.response);
  if (step === 'resolve') return error.response;
  if (answer !== undefined) return answer;
  throw error;
}
