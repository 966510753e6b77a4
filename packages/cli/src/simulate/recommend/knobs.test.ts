import { createPolicy } from '@breakwater/core';
import { expect, test } from '@jest/globals';
import { goalsIn } from './goals.js';
import { changed, knobsFor, settingAt } from './knobs.js';

const SCENARIO = {
  clients: { shop: { traffic: { kind: 'even', perSecond: 40 }, timeoutMs: 2_000 } },
  phases: [{ name: 'all', ms: 1_000 }],
} as const;
const knobs = knobsFor(goalsIn('p95<800ms,success>99%'), [SCENARIO]);

test('core accepts each change, and none switches a part off', () => {
  for (const knob of knobs) {
    expect(knob.value).not.toBe(false);
    const policy = changed({}, [knob]);
    // Those that are undefined are the defaults themselves.
    if (policy === undefined) expect(settingAt({}, knob.option)).toEqual(knob.value);
    else createPolicy(policy).close();
  }
  expect(knobs.filter((knob) => changed({}, [knob]) !== undefined).length).toBeGreaterThan(40);
});

test('time limits come from goals and clients, the least of the budget from the rate', () => {
  const valuesOf = (option: string) => knobs.filter((knob) => knob.option === option).map(({ value }) => value);
  expect(valuesOf('timeouts.attemptMs')).toEqual([80, 200, 400, 500, 1_000]);
  expect(valuesOf('timeouts.totalMs')).toEqual([800]);
  expect(valuesOf('budget.minRetriesPerSecond')).toContain(4);
});

test('a contradictory change, or one without effect, is skipped', () => {
  expect(changed({}, [{ option: 'breaker.openMs', value: 60_000 }])).toBeUndefined();
  expect(changed({}, [{ option: 'retry.maxRetries', value: 3 }])).toBeUndefined();
  expect(changed({ breaker: { openMs: 1 } }, [{ option: 'breaker.probes', value: 3 }])).toEqual({
    breaker: { openMs: 1, probes: 3 },
  });
});
