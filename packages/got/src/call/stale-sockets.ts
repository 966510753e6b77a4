import { isStaleSocket } from '@breakwater/core/adapter';
import type { GotError } from '../got-types.js';
import type { CallRun } from './call-run.js';

/**
 * Node keeps at most this many idle connections to a host (`maxFreeSockets`): so many can be stale one after the other.
 */
const MOST = 256;

/**
 * Tells whether the open attempt met a kept-alive connection that the server had closed, and may be made again at once.
 * It counts for nothing then: its permit goes back unused.
 */
export function passOverStaleSocket(run: CallRun, error: GotError): boolean {
  const { attempts, session } = run;
  if (!attempts.isOpen || run.staleSockets >= MOST || !isStaleSocket(error) || !session.mayRepeat()) return false;
  run.staleSockets += 1;
  attempts.release('unused');
  attempts.retryFollows();
  return true;
}
