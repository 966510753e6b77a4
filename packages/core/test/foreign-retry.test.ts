import { describe, expect, test } from '@jest/globals';
import type { PolicyOptions } from '../src/options/options.js';
import { errorOutcome, responseOutcome } from '../src/outcome/outcome.js';
import { createPolicy } from '../src/policy.js';
import type { Session } from '../src/session/session.js';
import { ManualClock } from '../src/testing/manual-clock.js';

const answer = (status: number) => responseOutcome({ status, headers: {}, response: {} });

/** A session whose first attempt has failed, as the last one as far as the policy knows. */
function failed(options: PolicyOptions, call: object = {}): Session {
  const policy = createPolicy({ clock: new ManualClock(), random: () => 0, ...options });
  const session = policy.begin({ key: 'k', method: 'POST', ...call });
  const admission = session.admit();
  if (admission instanceof Promise || !admission.admitted) throw new Error('not admitted');
  session.settle(admission.permit, answer(404), undefined, true);
  return session;
}

describe('a retry by a driver’s own rules', () => {
  test('is made whatever the rules of the policy', () => {
    for (const retry of [false, { maxRetries: 0 }, { methods: [], statuses: [] }] as const) {
      expect(failed({ retry }).retry(50, 'transient')).toEqual({ retry: true, delayMs: 50 });
    }
  });

  test('has an event, and is reported', () => {
    const policy = createPolicy({ clock: new ManualClock(), breaker: false });
    const told: unknown[] = [];
    policy.on('retry', ({ retry, delayMs, reason }) => told.push([retry, delayMs, reason]));
    const session = policy.begin({ key: 'k' });
    const admission = session.admit();
    if (admission instanceof Promise || !admission.admitted) throw new Error('not admitted');
    session.settle(admission.permit, answer(429), undefined, true);

    session.retry(70, 'throttled');
    session.end();

    expect(told).toEqual([[1, 70, 'throttled']]);
    expect(session.report().delaysMs).toEqual([70]);
  });

  test('is charged to the budget', () => {
    const session = failed({ budget: { ratio: 0, minRetriesPerSecond: 0.1, windowMs: 10_000 } });

    expect(session.retry(0, 'transient')).toMatchObject({ retry: true });
    expect(session.retry(0, 'transient')).toEqual({ retry: false, stopReason: 'budget' });
    session.end();
    expect(session.report().stopReason).toBe('budget');
  });

  test('is not made while the circuit is open', () => {
    const policy = createPolicy({ clock: new ManualClock(), breaker: { consecutiveFailures: 1 } });
    const session = policy.begin({ key: 'k' });
    const admission = session.admit();
    if (admission instanceof Promise || !admission.admitted) throw new Error('not admitted');
    session.settle(admission.permit, errorOutcome(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), 1, true);

    expect(session.retry(0, 'transient')).toEqual({ retry: false, stopReason: 'circuit-open' });
  });

  test('is not made at the deadline or after it', () => {
    const session = failed({ timeouts: { totalMs: 100 } });

    expect(session.retry(100, 'transient')).toEqual({ retry: false, stopReason: 'deadline' });
    expect(session.retry(99, 'transient')).toMatchObject({ retry: true });
  });

  test('is not made later than maxElapsedMs allows', () => {
    const session = failed({ retry: { maxElapsedMs: 100 } });

    expect(session.retry(101, 'transient')).toEqual({ retry: false, stopReason: 'elapsed' });
    expect(session.retry(100, 'transient')).toMatchObject({ retry: true });
  });

  test('is not made when the caller has cancelled', () => {
    const controller = new AbortController();
    const session = failed({}, { signal: controller.signal });
    controller.abort();

    expect(session.retry(0, 'transient')).toEqual({ retry: false, stopReason: 'cancelled' });
  });

  test.each(['observe', 'off'] as const)('is not restricted in mode %s', (mode) => {
    expect(failed({ mode }).retry(0, 'transient')).toEqual({ retry: false, stopReason: 'disabled' });
  });
});
