import type { Policy, StopReason } from '@breakwater/core';
import { CallGuard, requestOptionsIn, type Session } from '@breakwater/core/adapter';
import { hasLimits, NO_OPTIONS, optionsError, requestCall } from '../request/call-options.js';
import { type CallCancel, callCancel } from '../request/cancel.js';
import { isOneShotBody } from '../request/one-shot-body.js';
import { axiosTraits } from '../request/outcome.js';
import type { RequestResilience } from '../request-options.js';
import type { DropInConfig } from './retry-rule.js';

/**
 * Resources that a call holds until it is over: its slot in the policy, its listeners, its timers. Has no reference to
 * the request's config.
 */
export interface CallResources {
  readonly session: Session;
  readonly options: RequestResilience;
  readonly cancel: CallCancel;
  /** Set if attempts have a limit that axios does not know about. */
  readonly guard: CallGuard | undefined;
}

/** Begins a call. Throws an AxiosError if the options of the request are invalid. */
export function begin(policy: Policy, config: DropInConfig): CallResources {
  const resilience = requestOptionsIn<RequestResilience>(config);
  const options = resilience === false ? NO_OPTIONS : (resilience ?? NO_OPTIONS);
  const problem = optionsError(options, config);
  if (problem !== undefined) throw problem;
  const { beforeAttempt } = options;
  const cancel = callCancel(config, beforeAttempt !== undefined);
  const call = requestCall(policy, config, options, cancel.signal);
  // The drop-ins dispatch the request as a whole again, with a form that has been sent already.
  call.oneShotBody = isOneShotBody(config.data);
  const session = policy.begin(resilience === false ? { ...call, mode: 'off' } : call, axiosTraits);
  const isRaced = session.mode === 'enforce' && (beforeAttempt !== undefined || hasLimits(policy, options));
  const guard = isRaced ? new CallGuard(policy.settings.clock, session, cancel.signal) : undefined;
  return { session, options, cancel, guard };
}

/** Releases all resources; does nothing if called again. */
export function releaseResources(held: CallResources, why?: StopReason): void {
  parked?.unregister(held);
  held.session.end(why);
  held.cancel.release();
  held.guard?.dispose();
}

/**
 * Releases a call's resources once nothing refers to its request any more, after a failed attempt. The drop-in may
 * never see that failure, because an earlier interceptor may turn it into something else.
 */
export function releaseWhenCollected(config: DropInConfig, held: CallResources): void {
  parked?.register(config, held, held);
}

const parked =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<CallResources>((held) => releaseResources(held));
