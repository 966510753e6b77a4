import * as check from './checks.js';
import { checkMode } from './mode.js';
import { resolveTimeouts, type TimeoutOptions, timeoutDefaults } from './timeout-options.js';

const checkSignal: check.Check = (path, value) => {
  if (typeof value !== 'object' || value === null || !('aborted' in value) || !('addEventListener' in value)) {
    throw new TypeError(`${path} must be an AbortSignal, got ${check.shown(value)}`);
  }
};

/** Checks of a single call's options. */
export const callChecks: Readonly<Record<string, check.Check>> = {
  key: check.nonEmptyString,
  method: check.httpMethod,
  url: check.nonEmptyString,
  idempotent: check.booleanOrFunction,
  idempotencyKey: check.headerText,
  oneShotBody: check.boolean,
  signal: checkSignal,
  maxRetries: check.integerFrom(0),
  methods: check.listOf(check.httpMethod),
  statuses: check.listOf(check.httpStatus),
  timeouts: (path, value) => {
    resolveTimeouts(path, value as TimeoutOptions, timeoutDefaults);
  },
  clientTimeoutMs: check.duration,
  repeats: check.boolean,
  mode: checkMode,
  exhausted: check.oneOf('rethrow', 'wrap'),
};
