import type { Policy } from '@breakwater/core';
import type { KeyMeter } from '../measure/key-meter.js';
import type { EventLog } from './event-log.js';
import type { LogLevel } from './wire.js';
import { duration, transitionText } from './words.js';

/** Targets of one policy's events. */
export interface Listening {
  /** The policy's name on the page. */
  readonly id: string;
  readonly log: EventLog;
  wallNow(): number;
  /** Returns the meter of a key; undefined if there are too many. */
  meterOf(key: string): KeyMeter | undefined;
  /** Called with the name of the operator that has opened a circuit. */
  openedBy(key: string, name: string): void;
}

const MAX_TEXT = 300;

/**
 * Counts the calls and attempts of a policy, and writes its decisions into the log. The returned function ends that.
 */
export function listenTo(policy: Policy, { id, log, wallNow, meterOf, openedBy }: Listening): () => void {
  const note = (key: string, level: LogLevel, text: string, fold?: string): void =>
    log.add({ atMs: wallNow(), policy: id, key, level, text: text.slice(0, MAX_TEXT), ...(fold && { fold }) });

  const undo = [
    policy.on('attempt', (event) => meterOf(event.key)?.attempt(event)),
    policy.on('call', (event) => meterOf(event.key)?.call(event)),
    policy.on('wouldReject', ({ key }) => meterOf(key)?.wouldReject()),
    policy.on('breaker', (event) => {
      const level = event.to === 'closed' ? 'good' : event.to === 'half-open' ? 'warn' : 'bad';
      // An outage is a series of failed probes, which share one entry, without entries for the steps in between.
      if (event.why === 'open-time-over') return;
      const fold = event.why === 'probe-failed' ? 'probe' : undefined;
      note(event.key, level, transitionText(event, meterOf(event.key)?.lastFailure), fold);
    }),
    policy.on('coolDown', ({ key, remainingMs }) => {
      if (remainingMs > 0)
        note(key, 'warn', `Cool-down of ${duration(remainingMs)}: the server asked to be left alone`);
      else note(key, 'good', 'The cool-down was lifted');
    }),
    policy.on('budget', ({ key, state }) => {
      if (state === 'exhausted') note(key, 'warn', 'The retry budget is empty: failures are returned without a retry');
      else note(key, 'good', 'The retry budget holds retries again');
    }),
    policy.on('store', ({ key, status, message }) => {
      if (status === 'restored') note('', 'good', 'The store answers again');
      else if (status === 'poll-only')
        note('', 'warn', 'The store sends no messages: what other processes decide is found by asking, a second later');
      else if (status === 'push-restored') note('', 'good', 'The store sends messages again');
      else if (status === 'rules-differ') note(key, 'warn', 'Processes of the fleet go by different breaker rules');
      else if (status === 'rules-agree') note(key, 'good', 'All processes of the fleet go by the same breaker rules');
      else note('', 'bad', `The store does not do its part, this process goes on by itself: ${message ?? 'unknown'}`);
    }),
    policy.on('control', ({ key, action, by, mode }) => {
      if (action === 'open') openedBy(key, by);
      const what = { open: 'Forced open', close: 'Closed', reset: 'Reset', mode: `Mode ${mode}` }[action];
      note(key, 'info', `${what} by ${by}`);
    }),
    policy.on('hookError', ({ key, hook, message }) => note(key, 'warn', `${hook} failed: ${message}`)),
  ];
  return () => {
    for (const step of undo) step();
  };
}
