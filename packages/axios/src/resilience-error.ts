import { reportOf } from '@breakwater/core';
import { isPolicyErrorCode, keepReport, type PolicyErrorCode } from '@breakwater/core/adapter';
import type { AxiosError } from 'axios';
import { axiosError, canceledError, isCancel, type RequestConfig } from './axios-types.js';

/** An error of the policy, as axios's callers get it: no attempt brought an answer. */
export interface ResilienceError extends AxiosError {
  code: PolicyErrorCode;
  /** Key of the request, which selects its breaker, budget and cool-down. */
  readonly key: string;
  /** Time after which a new request may succeed, in ms from when this was thrown; undefined if unknown. */
  readonly retryAfterMs: number | undefined;
}

/**
 * Tells if the policy itself failed a request: by an open circuit, a cool-down, a limit, or a timeout of the policy.
 */
export function isResilienceError(error: unknown): error is ResilienceError {
  if (!isObject(error)) return false;
  return (error as { isAxiosError?: unknown }).isAxiosError === true && hasOwnCode(error);
}

/** Returns the caller's error for the error with which the policy's loop ended, as axios would make it. */
export function finalError(error: unknown, config: RequestConfig): unknown {
  if (isCancel(error)) return error;
  if (config.signal?.aborted) return reported(canceledError(config), error);
  if (isObject(error) && hasOwnCode(error) && !('isAxiosError' in error)) {
    return reported(resilienceError(error, config), error);
  }
  const report = reportOf(error);
  if (report !== undefined) keepReport((error as { response?: unknown }).response, report);
  return error;
}

/** Tells if this is an error of the policy. Reads the code, because the policy may come from another copy of core. */
function hasOwnCode(error: object): error is OwnError {
  return isPolicyErrorCode((error as { code?: unknown }).code);
}

interface OwnError {
  readonly message: string;
  readonly code: string;
  readonly key?: string;
  readonly retryAfterMs?: number;
}

function resilienceError(error: OwnError, config: RequestConfig): Error {
  const { message, code, key, retryAfterMs } = error;
  return Object.assign(axiosError(message, code, config, error), { key, retryAfterMs });
}

function reported(error: unknown, original: unknown): unknown {
  const report = reportOf(original);
  if (report !== undefined) keepReport(error, report);
  return error;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
