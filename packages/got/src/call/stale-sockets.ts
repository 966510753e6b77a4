import { isStaleSocket } from '@breakwater/core/adapter';
import type { GotError } from '../got-types.js';
import type { CallRun } from './call-run.js';

/**
 * Most repetitions: Node keeps at most this many idle connections to a host (`maxFreeSockets`), and all of them may be
 * stale.
 */
const MOST = 256;

/**
 * Tells if the open attempt used a kept-alive connection that the server had closed, and may be made again at once.
 * Such an attempt is not counted: its permit is returned unused.
 */
export function passOverStaleSocket(run: CallRun, error: GotError): boolean {
  const { attempts, session } = run;
  if (!attempts.isOpen || run.staleSockets >= MOST || !isStaleSocket(error) || !session.mayRepeat()) return false;
  run.staleSockets += 1;
  attempts.release('unused');
  attempts.retryFollows();
  return true;
}
