import { type Policy, reportOf } from '@breakwater/core';
import { type ClientTraits, processWide, type Releaser, requestOptionsIn } from '@breakwater/core/adapter';
import {
  type Adapter,
  type AxiosCopy,
  belongsTo,
  type ClientResponse,
  type RequestConfig,
  resolveAdapter,
} from './axios-types.js';
import {
  hasLimits,
  keyHeaderOf,
  mayRepeat,
  modeOf,
  NO_OPTIONS,
  optionsError,
  placesOf,
  requestCall,
} from './request/call-options.js';
import { callCancel } from './request/cancel.js';
import { directTraits, sendDirectly } from './request/direct-request.js';
import { axiosTraits, racedTraits } from './request/outcome.js';
import { preparedAttemptsOf } from './request/prepared-attempts.js';
import { attemptsOf } from './request/send-attempt.js';
import type { RequestResilience } from './request-options.js';
import { finalError } from './resilience-error.js';

/**
 * Returns an adapter that takes a request through the policy's loop, and each attempt through the underlying adapter.
 * So everything that axios does around an adapter happens once: interceptors, transforms, parsing. `copy` is the
 * instance's copy of axios, if it is not the one that this package loads.
 */
export function resilientAdapter(
  policy: Policy,
  underlying: unknown,
  releaser: Releaser,
  copy: AxiosCopy | undefined,
): Adapter {
  const plain = { ...axiosTraits, releaser };
  const traits: Traits = { direct: directTraits(plain), plain, raced: { ...racedTraits, releaser } };
  const wrapper: Adapter = (config) => {
    // Comes first, so that a user who sends this config again finds in it what was there before.
    config.adapter = underlying;
    try {
      belongsTo(config, copy);
      const adapter = resolveAdapter(underlying, config, copy);
      const resilience = requestOptionsIn<RequestResilience>(config);
      if (resilience === false || modeOf(policy, resilience) === 'off') return adapter(config);
      const problem = optionsError(resilience, config);
      if (problem !== undefined) throw problem;
      const sent = resilience === undefined ? sendDirectly(policy, adapter, config, traits.direct) : undefined;
      return sent ?? throughPolicy(policy, adapter, config, resilience ?? NO_OPTIONS, traits);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  wrappers.set(wrapper, underlying);
  return wrapper;
}

/**
 * Returns the adapter that was wrapped, or the given one. A config may come back before its request has reached an
 * adapter.
 */
export function unwrapped(adapter: unknown): unknown {
  return typeof adapter === 'function' && wrappers.has(adapter) ? wrappers.get(adapter) : adapter;
}

/** Shared by ESM and CommonJS: each must recognise the adapters that the other has wrapped. */
const wrappers = processWide('axios.wrappers.1', () => new WeakMap<object, unknown>());

/** Traits of the requests of one attachment, with the signal that ends their waits when it is detached. */
interface Traits {
  readonly direct: ClientTraits;
  readonly plain: ClientTraits;
  readonly raced: ClientTraits;
}

function throughPolicy(
  policy: Policy,
  adapter: Adapter,
  config: RequestConfig,
  options: RequestResilience,
  traits: Traits,
): Promise<ClientResponse> {
  const { beforeAttempt } = options;
  const keyHeader = keyHeaderOf(policy);
  const cancel = callCancel(config, beforeAttempt !== undefined);
  const call = requestCall(policy, config, options, cancel.signal);
  const common = { adapter, config, cancel, keyHeader, mayRepeat: () => mayRepeat(policy, call) };
  return execute().then(
    (response) => {
      cancel.release();
      if (options.onReport !== undefined) tell(options.onReport, response);
      return response;
    },
    (error: unknown) => {
      cancel.release();
      const final = finalError(error, config);
      if (options.onReport !== undefined) tell(options.onReport, final);
      throw final;
    },
  );

  function execute(): Promise<ClientResponse> {
    if (beforeAttempt === undefined) {
      const raced = hasLimits(policy, options);
      return policy.executeWith(raced ? traits.raced : traits.plain, attemptsOf({ ...common, raced }), call);
    }
    const onNewBody = (): void => {
      call.oneShotBody = false;
    };
    const placeOf = placesOf(policy, options);
    const { send, ...prepared } = preparedAttemptsOf({ ...common, beforeAttempt, onNewBody, placeOf });
    return policy.executeWith({ ...traits.raced, ...prepared }, send, call);
  }
}

/** Passes on the report. An error of the listener reaches no call. */
function tell(onReport: NonNullable<RequestResilience['onReport']>, ending: unknown): void {
  const report = reportOf(ending);
  if (report === undefined) return;
  try {
    const result: unknown = onReport(report);
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // Errors of the listener are ignored.
  }
}
