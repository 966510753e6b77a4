import { discardBody } from '@breakwater/core/adapter';
import type { AxiosError, AxiosRequestConfig, AxiosResponse } from 'axios';
import type { DropInConfig, FailedRequest, NextStep, RetryRule, RuleCall } from '../drop-in/retry-rule.js';
import { DEFAULT_OPTIONS, type IAxiosRetryConfig, type IAxiosRetryConfigExtended, namespace } from './options.js';

/** The retry rule of axios-retry. */
export function axiosRetryRule(options: IAxiosRetryConfig, wallNow: () => number): RetryRule {
  return {
    attemptBegins(config) {
      const state = stateOf(config, options);
      state.lastRequestTime = wallNow();
      // Every answer becomes an error, which the user's `validateResponse` then judges.
      if (state.validateResponse) config.validateStatus = () => false;
    },
    strayError() {},
    async next(failed, call) {
      const error = failed as unknown as AxiosError;
      const state = stateOf(failed.config, options);
      state.lastRequestTime ??= wallNow();
      if (error.response && state.validateResponse?.(error.response)) return 'resolve';
      if (call.mayRetry(failed.config) && (await isWanted(state, error))) {
        return prepare(state, failed, error, call, wallNow);
      }
      const isExhausted = state.retryCount >= state.retries;
      if (call.mayRetry(failed.config)) call.stop(isExhausted ? 'exhausted' : 'permanent');
      if (isExhausted) await state.onMaxRetryTimesExceeded(error, state.retryCount);
      return 'reject';
    },
  };
}

/** The complete options of a request and its state, as callbacks and interceptors see them in its config. */
type State = Required<IAxiosRetryConfig> & { retryCount: number; lastRequestTime?: number };

/** Puts a new state into the config, so that earlier attempts keep theirs. */
function stateOf(config: DropInConfig, options: IAxiosRetryConfig): State {
  const holder = config as { [namespace]?: IAxiosRetryConfigExtended };
  const own = holder[namespace];
  const state: State = { ...DEFAULT_OPTIONS, ...options, ...own, retryCount: own?.retryCount || 0 };
  holder[namespace] = state;
  return state;
}

/** Returns whether the user wants a retry. A promise means yes, unless it resolves with `false` or rejects. */
async function isWanted({ retries, retryCount, retryCondition }: State, error: AxiosError): Promise<boolean> {
  // Written this way, `undefined` and NaN do not mean "retry for ever".
  if (!(retryCount < retries)) return false;
  const opinion: unknown = retryCondition(error);
  if (typeof opinion !== 'object') return Boolean(opinion);
  try {
    return (await (opinion as PromiseLike<unknown> | null)) !== false;
  } catch {
    return false;
  }
}

async function prepare(
  state: State,
  failed: FailedRequest,
  error: AxiosError,
  call: RuleCall,
  wallNow: () => number,
): Promise<NextStep> {
  const { config } = failed;
  state.retryCount += 1;
  // Callers without types may pass a string.
  const asked = Number(state.retryDelay(state.retryCount, error));
  const delayMs = asked > 0 ? asked : 0;
  const timeout = timeLeft(config, state, delayMs, wallNow());
  if (timeout !== undefined && timeout <= 0) {
    call.stop('elapsed');
    return 'reject';
  }
  const waitMs = call.requestRetry(delayMs, failed);
  if (waitMs === undefined) return takenBack(state);
  if (timeout !== undefined) config.timeout = timeout;
  // The body has been transformed, and must not be transformed again if a user sends this config again.
  config.transformRequest = [(data: unknown) => data];
  await state.onRetry(state.retryCount, error, config as unknown as AxiosRequestConfig);
  if (!call.canSend(config)) {
    call.stop('one-shot-body');
    return takenBack(state);
  }
  discardBody(failed.response as AxiosResponse | undefined);
  await call.wait(waitMs).over;
  return 'send';
}

/** Takes back a retry that was counted but will not be made. */
function takenBack(state: State): NextStep {
  state.retryCount -= 1;
  return 'reject';
}

/**
 * Returns the rest of the request's timeout for the next attempt; undefined if each attempt has all of it, or there is
 * none.
 */
function timeLeft(
  { timeout }: DropInConfig,
  { shouldResetTimeout, lastRequestTime }: State,
  delayMs: number,
  nowMs: number,
): number | undefined {
  if (shouldResetTimeout || !timeout || !lastRequestTime) return undefined;
  return timeout - (nowMs - lastRequestTime) - delayMs;
}
