import type { Outcome } from '../outcome/outcome.js';
import type { LoadSignal } from './limit.js';

const TIMEOUTS: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ESOCKETTIMEDOUT',
  'ECONNABORTED',
  'TimeoutError',
  'ERR_ATTEMPT_TIMEOUT',
  'ERR_DEADLINE_EXCEEDED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Reads an attempt's result as a sign of the server's load. */
export function loadSignalOf(result: Outcome): LoadSignal {
  if (result.kind === 'value') return 'answered';
  if (result.kind === 'response') return result.status === 429 || result.status === 503 ? 'shed' : 'answered';
  return result.code !== undefined && TIMEOUTS.has(result.code) ? 'timed-out' : 'none';
}
