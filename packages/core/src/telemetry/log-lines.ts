import type { BreakerPhase } from '../breaker/state.js';
import type { PolicyEventName, PolicyEvents, StoreEvent } from './events.js';
import type { LogLevel } from './log-writer.js';

/** One line: a stable text and a level. The numbers are in the fields. */
export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/**
 * The lines by event. Events of each attempt, retry and successful call are omitted: they are for metrics. The texts
 * are part of the public interface, so that searches and alerts can use them.
 */
export const logLines = {
  breaker: ({ to }) => breakerLines[to],
  coolDown: ({ remainingMs }) =>
    remainingMs > 0 ? line('warn', 'cool-down of a server began') : line('info', 'cool-down of a server ended early'),
  budget: ({ state }) =>
    state === 'exhausted' ? line('warn', 'retry budget exhausted') : line('info', 'retry budget available again'),
  store: ({ status }) => storeLines[status],
  giveUp: () => line('warn', 'call ended without a further retry'),
  reject: () => line('warn', 'attempt refused'),
  evict: () => line('warn', 'key in trouble was forgotten'),
  control: () => line('info', 'changed by hand'),
  hookError: () => line('error', 'function of the user failed'),
  wouldReject: () => line('info', 'attempt would have been refused'),
} satisfies { [E in PolicyEventName]?: (event: PolicyEvents[E]) => LogLine };

const breakerLines: Readonly<Record<BreakerPhase, LogLine>> = {
  open: line('error', 'circuit opened'),
  'forced-open': line('error', 'circuit opened by hand'),
  'half-open': line('info', 'circuit half-open'),
  closed: line('info', 'circuit closed'),
};

const storeLines: Readonly<Record<StoreEvent['status'], LogLine>> = {
  degraded: line('error', 'store degraded'),
  restored: line('info', 'store restored'),
  'poll-only': line('warn', 'store sends no messages'),
  'push-restored': line('info', 'store sends messages again'),
  'rules-differ': line('warn', 'breaker rules of the fleet differ'),
  'rules-agree': line('info', 'breaker rules of the fleet agree again'),
};

function line(level: LogLevel, text: string): LogLine {
  return { level, text: `breakwater: ${text}` };
}
