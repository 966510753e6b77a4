import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { admitThroughBreaker } from './admission.js';
import { recordOutcome, releaseBreakerPermit } from './machine.js';
import { countsOf, openRemainingMs } from './phase.js';
import type { BreakerRules } from './rules.js';
import { type BreakerState, type HealthSample, healthy, newBreakerState, type Transition } from './state.js';

const rules: BreakerRules = {
  consecutiveFailures: 3,
  consecutiveForMs: 0,
  failureRate: 0.5,
  minimumCalls: 4,
  window: { kind: 'time', ms: 10_000 },
  slowCallMs: undefined,
  slowCallRate: 1,
  openMs: 1_000,
  openFactor: 2,
  maxOpenMs: 8_000,
  probes: 1,
  probeShare: 0,
  successesToClose: 1,
  probeLeaseMs: 5_000,
  ramp: false,
};
const failed: HealthSample = { failed: true, slow: false, cause: undefined };

/** All that a breaker shows. */
function shown(state: BreakerState, nowMs: number): unknown {
  const { phase, generation, runLength } = state;
  return { phase, generation, runLength, openMs: openRemainingMs(state, nowMs), counts: countsOf(state, nowMs) };
}

it('works the same after it has been spread, proxied or copied at any moment', () => {
  const steps = fc.array(
    fc.record({
      passMs: fc.constantFrom(0, 1, 400, 1_200, 11_000),
      end: fc.constantFrom('ok', 'failed', 'given back'),
    }),
    { maxLength: 40 },
  );
  const copies: readonly ((state: BreakerState) => BreakerState)[] = [
    (state) => ({ ...state }),
    (state) => new Proxy(state, {}),
    (state) => Object.assign({}, state) as BreakerState,
  ];
  fc.assert(
    fc.property(steps, fc.constantFrom(...copies), fc.nat(40), (scenario, copy, at) => {
      let nowMs = 5;
      let copied = newBreakerState();
      const kept = newBreakerState();
      const transitions: [Transition[], Transition[]] = [[], []];
      for (const [index, { passMs, end }] of scenario.entries()) {
        if (index === at) copied = copy(copied);
        nowMs += passMs;
        for (const [place, state] of [copied, kept].entries()) {
          const heard = transitions[place] ?? [];
          const admission = admitThroughBreaker(state, rules, nowMs, () => 0, { transitioned: (it) => heard.push(it) });
          if (!admission.admitted) continue;
          if (end === 'given back') releaseBreakerPermit(state, admission);
          else {
            const outcome = end === 'ok' ? healthy : failed;
            const transition = recordOutcome(state, rules, admission, outcome, nowMs, () => 0);
            if (transition !== undefined) heard.push(transition);
          }
        }
        expect(shown(copied, nowMs)).toEqual(shown(kept, nowMs));
        expect(transitions[0]).toEqual(transitions[1]);
      }
    }),
    { numRuns: 200, seed: 20_260_101 },
  );
});

it('does not let one breaker write fields that others read', () => {
  const state = newBreakerState();
  for (let call = 0; call < 3; call += 1) {
    const admission = admitThroughBreaker(state, rules, 1, () => 0, { transitioned: () => {} });
    if (admission.admitted) recordOutcome(state, rules, admission, failed, 1, () => 0);
  }
  expect(state.phase).toBe('open');
  expect({ ...state }).toMatchObject({ openForMs: 1_000, outageSinceMs: 1, lateResults: 0 });
  const other = newBreakerState();
  expect([other.openForMs, other.cause, other.lateResults, other.outageSinceMs]).toEqual([0, undefined, 0, 0]);
});
