import { expect, it } from '@jest/globals';
import type { BreakerOptions } from '../src/options/breaker-options.js';
import { bench, networkError, outcome } from './policy-fixture.js';

/**
 * Counts the attempts that are let through at a time once the circuit of a key with so many calls a second is
 * half-open.
 */
async function probesAtATime(callsPerSecond: number, breaker: BreakerOptions): Promise<number> {
  const { clock, policy } = bench({ retry: false, breaker: { consecutiveFailures: 5, openMs: 1_000, ...breaker } });
  for (let call = 0; call < callsPerSecond; call += 1) await policy.execute(() => 'fine');
  for (let call = 0; call < 5; call += 1) {
    await outcome(
      clock,
      policy.execute(() => Promise.reject(networkError())),
    );
  }
  await clock.advance(1_100);
  const sessions = Array.from({ length: 40 }, () => policy.begin());
  const admitted = await Promise.all(sessions.map(async (session) => (await session.admit()).admitted));
  for (const session of sessions) session.end();
  return admitted.filter(Boolean).length;
}

it.each([
  [10, { probeShare: 0.01 }, 1],
  [2_000, {}, 1],
  [2_000, { probeShare: 0.01 }, 18],
  [2_000, { probes: 3 }, 3],
  [2_000, { probeShare: 0.002 }, 3],
  [2_000, { probes: 5, probeShare: 0.002 }, 5],
])('admits probes by the traffic: %d calls in a second, %j', async (callsPerSecond, breaker, probes) => {
  expect(await probesAtATime(callsPerSecond, breaker)).toBe(probes);
});
