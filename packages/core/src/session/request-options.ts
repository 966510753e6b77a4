import type { OutcomePredicate } from '../options/call-info.js';
import type { Mode } from '../options/mode.js';
import type { TimeoutOptions } from '../options/timeout-options.js';
import { own, withoutPollution } from '../untrusted/own-properties.js';
import { isObject } from '../untrusted/safe-read.js';
import { type CallOptions, checkCall } from './call-options.js';

/** What every adapter lets a user say of one request. */
export interface RequestOptionsBase {
  /** Attempts after the first. Goes before the policy's and the client's own. */
  readonly maxRetries?: number | undefined;
  /** Which breaker, budget and cool-down the request belongs to. Default: what the policy says, else the origin of its URL. */
  readonly key?: string | undefined;
  /**
   * True: sending it twice does no harm, whatever its method. False: it would. Undefined: the method decides. A function answers for
   * one failed attempt: `({ kind, status }) => kind === 'response' && status === 429 ? true : undefined`.
   */
  readonly idempotent?: boolean | OutcomePredicate | undefined;
  /**
   * Sent with every attempt, in the header that the policy's `idempotency` names (else `Idempotency-Key`). A request that carries one
   * may be repeated. A header of that name which the request has already is kept and does the same.
   */
  readonly idempotencyKey?: string | undefined;
  /** Hard limits, over those of the policy, in ms. The client's own timeout holds for each attempt besides. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** What the policy does with the request. Default: the policy's own mode. */
  readonly mode?: Mode | undefined;
}

/**
 * The `resilience` of a request's config or context: what the object itself says, and nothing that has been put on
 * `Object.prototype`. It is not checked yet.
 */
export function requestOptionsIn<T extends RequestOptionsBase>(holder: unknown): T | false | undefined {
  if (!isObject(holder) || !('resilience' in holder) || !saysItself(holder)) return undefined;
  const { resilience } = holder as { readonly resilience: T | false | undefined };
  return isObject(resilience) && !Array.isArray(resilience) ? withoutInherited(resilience) : resilience;
}

/** Whether it is the object's own word or that of a class, not something on `Object.prototype`. */
function saysItself(holder: object): boolean {
  return Object.hasOwn(holder, 'resilience') || !Object.hasOwn(Object.prototype, 'resilience');
}

function withoutInherited<T extends RequestOptionsBase>(options: T): T {
  const plain = withoutPollution(options);
  if (plain === options || !isObject(plain.timeouts)) return plain;
  return Object.assign(plain, { timeouts: own(plain.timeouts) });
}

/**
 * Throws unless the options of a request are as they must be; the message names option, rule and value. `hooks` are the functions that
 * the adapter takes besides.
 */
export function checkRequestOptions(options: RequestOptionsBase, hooks: readonly string[] = ['beforeAttempt']): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const what = Array.isArray(options) ? 'an array' : String(options);
    throw new TypeError(`resilience must be an object or false, got ${what}`);
  }
  const known = Object.entries(options).filter(([name]) => !hooks.includes(name));
  const unknown = known.find(([name]) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`resilience.${unknown[0]} is not an option; there are ${[...NAMES, ...hooks].join(', ')}`);
  }
  for (const name of hooks) {
    const hook = (options as Readonly<Record<string, unknown>>)[name];
    if (hook !== undefined && typeof hook !== 'function') {
      throw new TypeError(`resilience.${name} must be a function, got ${typeof hook}`);
    }
  }
  checkCall('resilience', Object.fromEntries(known));
}

const NAMES: readonly string[] = [
  'maxRetries',
  'key',
  'idempotent',
  'idempotencyKey',
  'timeouts',
  'mode',
] satisfies (keyof CallOptions & keyof RequestOptionsBase)[];
