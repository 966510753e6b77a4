import { systemClock } from '../host/clock.js';
import { memoryStore } from '../store/memory-store.js';
import { own } from '../untrusted/own-properties.js';
import { resolveBreaker } from './breaker-options.js';
import { resolveBudget } from './budget-options.js';
import * as check from './checks.js';
import { resolveCoolDown } from './cool-down-options.js';
import { defaults } from './defaults.js';
import { resolveIdempotency } from './idempotency-options.js';
import { resolveLimit } from './limit-options.js';
import { ambientMode, checkMode } from './mode.js';
import type { PolicyOptions, PolicySettings } from './options.js';
import { resolveRetry } from './retry-options.js';
import { resolveTimeouts } from './timeout-options.js';

/**
 * Returns a policy's options, validated and completed with the defaults. The result is a copy: changing the options
 * later has no effect on it.
 *
 * @throws TypeError for a value of the wrong type or an unknown option, RangeError for a value out of range or in
 * contradiction to another. The message names the option, the rule and the value.
 */
export function resolveOptions(given: PolicyOptions = {}): PolicySettings {
  check.plainObject('options', given);
  const options = own(given);
  check.checkFields('', options, policyChecks);
  return Object.freeze({
    name: options.name ?? defaults.name,
    instance: options.instance,
    mode: options.mode ?? ambientMode(),
    enforceRate: options.enforceRate ?? defaults.enforceRate,
    retry: resolveRetry(options.retry),
    budget: resolveBudget(options.budget),
    breaker: resolveBreaker(options.breaker),
    coolDown: resolveCoolDown(options.coolDown),
    limit: resolveLimit(options.limit),
    timeouts: resolveTimeouts('timeouts', options.timeouts, defaults.timeouts),
    idempotency: resolveIdempotency(options.idempotency),
    keyOf: options.keyOf,
    attributesOf: options.attributesOf,
    maxKeys: options.maxKeys ?? defaults.maxKeys,
    keyIdleMs: options.keyIdleMs ?? defaults.keyIdleMs,
    store: options.store ?? memoryStore(),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

const policyChecks: Readonly<Record<keyof PolicyOptions, check.Check>> = {
  name: check.nonEmptyString,
  instance: check.nonEmptyString,
  mode: checkMode,
  enforceRate: check.share,
  retry: check.objectOrFalse,
  budget: check.objectOrFalse,
  breaker: check.objectOrFalse,
  coolDown: check.objectOrFalse,
  limit: check.objectOrFalse,
  timeouts: check.plainObject,
  idempotency: check.objectOrFalse,
  keyOf: check.aFunction,
  attributesOf: check.aFunction,
  maxKeys: check.integerFrom(1),
  keyIdleMs: check.positiveDuration,
  store: check.hasMethods('a breaker store', ['attach']),
  clock: check.hasMethods('a clock', ['now', 'wallNow', 'schedule']),
  random: check.aFunction,
};
