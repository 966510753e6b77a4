import type { ErrorKind } from './error-kind.js';
import { kindOfError } from './kind-of-error.js';
import type { Outcome } from './outcome.js';
import { isTunnelAnswer } from './proxy-tunnel.js';
import { isStaleSocket } from './stale-socket.js';

/** Classification of an attempt's outcome. */
export type Verdict = 'success' | 'transient' | 'throttled' | 'permanent' | 'cancelled';

/**
 * Returns the default verdict. `statuses` are those worth a retry; any other status of 400 or more is `permanent`. An
 * error is `transient` if a code on it or on a cause shows a network failure or a timeout, else `permanent`. Never
 * returns `cancelled`: the caller's signal shows that, not the error.
 */
export function verdictOf(result: Outcome, statuses: ReadonlySet<number>): Verdict {
  switch (result.kind) {
    case 'value':
      return 'success';
    case 'response':
      if (statuses.has(result.status)) return result.status === 429 ? 'throttled' : 'transient';
      return result.status < 400 ? 'success' : 'permanent';
    case 'error':
      return ERROR_VERDICTS[kindOfError(result)];
  }
}

/**
 * Returns what a result proves about the server's health by default. A 5xx or a 408, a network failure and a timeout
 * are failures. Any other answer shows that the server is alive, except a 429, which asks for less load. An error of
 * unknown kind proves nothing, nor does an error of this library or a stale kept-alive connection.
 */
export function healthOf(result: Outcome): 'failure' | 'success' | 'neither' {
  switch (result.kind) {
    case 'value':
      return 'success';
    case 'response':
      if (result.status >= 500 || result.status === 408) return 'failure';
      // A proxy's 407 or 403 says nothing about the server.
      if (result.status >= 400 && isTunnelAnswer(result.response)) return 'neither';
      return result.status === 429 ? 'neither' : 'success';
    case 'error':
      return isStaleSocket(result.error) ? 'neither' : ERROR_HEALTH[kindOfError(result)];
  }
}

const ERROR_VERDICTS: Readonly<Record<ErrorKind, Verdict>> = {
  unreached: 'transient',
  lost: 'transient',
  starved: 'transient',
  untrusted: 'permanent',
  throttled: 'throttled',
  contended: 'transient',
  broken: 'permanent',
  answered: 'permanent',
  final: 'permanent',
};

const ERROR_HEALTH: Readonly<Record<ErrorKind, 'failure' | 'success' | 'neither'>> = {
  unreached: 'failure',
  lost: 'failure',
  starved: 'neither',
  untrusted: 'neither',
  throttled: 'neither',
  contended: 'success',
  broken: 'failure',
  answered: 'success',
  final: 'neither',
};
