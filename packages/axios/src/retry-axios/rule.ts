import { discardBody } from '@breakwater/core/adapter';
import type { AxiosError } from 'axios';
import { isCancel } from '../axios-types.js';
import type { FailedRequest, NextStep, RetryRule, RuleCall } from '../drop-in/retry-rule.js';
import { type CompleteConfig, completed, type RetryConfig } from './config.js';
import { delayBefore } from './delay.js';
import { shouldRetryRequest } from './should-retry.js';

/** The retry rule of retry-axios. */
export function retryAxiosRule(wallNow: () => number): RetryRule {
  return {
    attemptBegins() {},
    strayError(error) {
      if (isCancel(error)) return;
      const stray = error as Holder;
      stray.config = {};
      noteError(stray);
    },
    async next(failed, call) {
      if (isCancel(failed) || !call.mayRetry(failed.config)) return 'reject';
      const error = failed as unknown as AxiosError;
      const state = noteError(failed as unknown as Holder);
      if (await isWanted(state, error)) return prepare(state, failed, error, call, wallNow);
      call.stop(state.currentRetryAttempt >= state.retry ? 'exhausted' : 'permanent');
      return 'reject';
    },
  };
}

interface Holder {
  config: { raxConfig?: RetryConfig };
}

/** Completes the state of a request, in an object that belongs to this error, and adds the error to its list. */
function noteError(holder: Holder): CompleteConfig {
  const { config } = holder;
  const shared = completed(config.raxConfig ?? {});
  const own = { ...shared, errors: [...shared.errors, holder as unknown as AxiosError] };
  hideErrors(own);
  config.raxConfig = own;
  return own;
}

/**
 * Makes the list of errors not enumerable. The errors refer to the config that contains them, which would send loggers
 * in circles.
 */
function hideErrors(config: RetryConfig): void {
  Object.defineProperty(config, 'toJSON', {
    value(this: RetryConfig) {
      const { errors: _errors, ...rest } = this;
      return rest;
    },
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

async function isWanted(state: CompleteConfig, error: AxiosError): Promise<boolean> {
  if (!state.shouldRetry) return shouldRetryRequest(error);
  return state.currentRetryAttempt < state.retry && Boolean(await state.shouldRetry(error));
}

async function prepare(
  state: CompleteConfig,
  failed: FailedRequest,
  error: AxiosError,
  call: RuleCall,
  wallNow: () => number,
): Promise<NextStep> {
  const n = state.currentRetryAttempt + 1;
  const delayMs = delayBefore(n, state, error, wallNow());
  const waitMs = delayMs === undefined ? undefined : call.requestRetry(delayMs, failed);
  if (waitMs === undefined) {
    if (delayMs === undefined) call.stop('retry-after');
    await state.onError?.(error);
    return 'reject';
  }
  state.currentRetryAttempt = n;
  state.retriesRemaining = state.retry - n;
  const waiting = call.wait(waitMs);
  try {
    await state.onError?.(error);
  } catch (thrown) {
    waiting.cut();
    throw thrown;
  }
  const { config, response } = failed;
  // No code runs that could provide a new body.
  if (state.onRetryAttempt === undefined && !call.canSend(config)) waiting.cut();
  else discardBody(response);
  await waiting.over;
  if (call.mayRetry(config)) await state.onRetryAttempt?.(error);
  if (call.canSend(config)) return 'send';
  call.stop('one-shot-body');
  return 'reject';
}
