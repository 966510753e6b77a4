import type { OutcomePredicate } from '../options/call-info.js';
import type { Mode } from '../options/mode.js';
import type { TimeoutOptions } from '../options/timeout-options.js';
import { own, withoutPollution } from '../untrusted/own-properties.js';
import { isObject } from '../untrusted/safe-read.js';
import { type CallOptions, checkCall } from './call-options.js';

/** Options of one request, which every adapter has. */
export interface RequestOptionsBase {
  /** Attempts after the first. Overrides those of the policy and of the client. */
  readonly maxRetries?: number | undefined;
  /**
   * Selects the breaker, budget and cool-down of the request. Default: the policy's `keyOf`, else the origin of its
   * URL.
   */
  readonly key?: string | undefined;
  /**
   * True: sending it twice does no harm, whatever its method. False: it would. Undefined: the method decides. A
   * function decides for one failed attempt: `({ kind, status }) => kind === 'response' && status === 429 ? true :
   * undefined`.
   */
  readonly idempotent?: boolean | OutcomePredicate | undefined;
  /**
   * Key that is sent with every attempt, in the header that the policy's `idempotency` names (else `Idempotency-Key`).
   * A request with a key may be repeated. If the request already has a header of that name, it is kept and has the same
   * effect.
   */
  readonly idempotencyKey?: string | undefined;
  /** Hard limits in ms, in place of the policy's. The client's own timeout holds for each attempt as well. */
  readonly timeouts?: TimeoutOptions | undefined;
  /** Mode of the policy for this request. Default: the policy's own mode. */
  readonly mode?: Mode | undefined;
}

/** Returns the `resilience` of a request's config or context, unchecked. Ignores properties of `Object.prototype`. */
export function requestOptionsIn<T extends RequestOptionsBase>(holder: unknown): T | false | undefined {
  if (!isObject(holder) || !('resilience' in holder) || !saysItself(holder)) return undefined;
  const { resilience } = holder as { readonly resilience: T | false | undefined };
  return isObject(resilience) && !Array.isArray(resilience) ? withoutInherited(resilience) : resilience;
}

/** Tells if the option comes from the object or its class, rather than from `Object.prototype`. */
function saysItself(holder: object): boolean {
  return Object.hasOwn(holder, 'resilience') || !Object.hasOwn(Object.prototype, 'resilience');
}

function withoutInherited<T extends RequestOptionsBase>(options: T): T {
  const plain = withoutPollution(options);
  if (plain === options || !isObject(plain.timeouts)) return plain;
  return Object.assign(plain, { timeouts: own(plain.timeouts) });
}

/**
 * Throws unless the options of a request are valid. The message names option, rule and value. `hooks` names further
 * functions that the adapter accepts.
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
