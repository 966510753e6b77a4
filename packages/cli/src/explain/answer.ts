import { counted, durationText, numberText } from '../report/wording.js';
import type { Explanation } from './explanation.js';

/**
 * Returns three sentences that answer what most readers want to know: the load on a dead server, the duration of a
 * call, and what is wrong.
 */
export function answerOf(explanation: Explanation): string[] {
  return [deadServer(explanation), longestCall(explanation), warningText(explanation)];
}

/** Describes the load on a dead server, at the only rate that was computed or the middle one. */
function deadServer({ loads, breaker }: Explanation): string {
  const load = loads[Math.floor(loads.length / 2)];
  if (load === undefined) return '';
  const { callsPerSecond, withBudget } = load;
  const seen = `At ${counted(callsPerSecond, 'call')}/s, a dead server sees ${counted(withBudget.attemptsPerSecond, 'attempt')}/s`;
  const trips = (breaker?.trips ?? []).flatMap((trip) =>
    trip.callsPerSecond === callsPerSecond && trip.afterMs !== null ? [trip.afterMs] : [],
  );
  if (breaker === null || trips.length === 0) return `${seen}, and no circuit opens to stop them.`;
  const openMs = Math.min(...trips);
  const until =
    openMs === 0
      ? 'until the circuit opens at the first failure'
      : `until the circuit opens after ${durationText(openMs)}`;
  return `${seen} ${until}; then ${counted(breaker.probesPerSecond, 'probe')}/s at most.`;
}

function longestCall({ worstCase }: Explanation): string {
  const { attempts, throttledMs, askedMs, callMs } = worstCase;
  const isAsked = askedMs !== throttledMs;
  const waits =
    throttledMs === null && askedMs === null
      ? 'waits without a known bound'
      : `waits at most ${durationText(askedMs ?? throttledMs ?? 0)}${isAsked ? ' (if the server asks for it)' : ''}`;
  const end =
    callMs === null ? "its attempts have no time limit but the client's own" : `it ends within ${durationText(callMs)}`;
  return `A call makes ${attempts === 1 ? '1 attempt' : `up to ${counted(attempts, 'attempt')}`} and ${askedMs === 0 ? 'never waits' : waits}; ${end}.`;
}

function warningText({ warnings }: Explanation): string {
  if (warnings.length === 0) return 'No warnings.';
  return `${numberText(warnings.length)} ${warnings.length === 1 ? 'warning' : 'warnings'}: ${warnings.map(({ id }) => id).join(', ')}.`;
}
