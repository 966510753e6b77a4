import { builtInScenarios, checkScenario, simulate } from '@breakwater/simulator';
import { expect, test } from '@jest/globals';
import { scenarioFrom } from './scenario.js';
import type { KeyTraffic } from './traffic.js';

const PAYMENTS: KeyTraffic = {
  key: 'https://payments',
  callsPerSecond: 50,
  failedShare: 0.02,
  latency: { kind: 'percentiles', p50Ms: 40, p95Ms: 160 },
};
const STOCK: KeyTraffic = { key: 'stock', callsPerSecond: 10, failedShare: 0, latency: undefined };
const UNKNOWN = { key: undefined, timeoutMs: undefined };

function builtIn(name: string) {
  const scenario = builtInScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return { name, scenario };
}

test('a normal day has the rate, the percentiles and the failures that were measured', async () => {
  const { scenario } = scenarioFrom(builtIn('outage'), [PAYMENTS], UNKNOWN);
  const calm = { ...scenario, phases: [{ name: 'calm', ms: 200_000 }] };
  const durations: number[] = [];
  let failures = 0;
  const result = await simulate(calm, {
    policy: 'none',
    onCall: ({ end, endedMs, startedMs }) => {
      if (end === 'answered') durations.push(endedMs - startedMs);
      else failures += 1;
    },
  });
  // A request may wait for one of the slots, of which half are used: a tenth more or less.
  durations.sort((one, other) => one - other);
  const { calls } = result.figures();
  expect(Math.abs(calls / 200 - 50)).toBeLessThan(1.5);
  expect(Math.abs(failures / calls - 0.02)).toBeLessThan(0.005);
  expect(Math.abs((durations[Math.floor(durations.length * 0.5)] ?? 0) - 40)).toBeLessThan(4);
  expect(Math.abs((durations[Math.floor(durations.length * 0.95)] ?? 0) - 160)).toBeLessThan(16);
});

test('trouble affects one key, in proportion, and no other', () => {
  const { name, scenario } = scenarioFrom(builtIn('slow-recovery'), [PAYMENTS, STOCK], {
    key: 'stock',
    timeoutMs: 700,
  });
  expect(name).toBe('slow-recovery of stock');
  expect(Object.keys(scenario.servers ?? {})).toEqual(['https://payments', 'stock']);
  expect(scenario.clients.stock).toMatchObject({ key: 'stock', timeoutMs: 700, traffic: { perSecond: 10 } });
  expect(scenario.phases.map(({ servers }) => Object.keys(servers ?? {}))).toEqual([[], ['stock'], ['stock'], []]);
  // A tenth of 2 slots is one of them, at least.
  expect(scenario.phases[2]?.servers?.stock?.slots).toEqual({ from: 1, to: 2, overMs: 10_000 });
  expect(scenario.about).toContain('stock 10 calls/s of unknown duration (50 ms assumed), 0 % of the attempts fail.');
});

test('a rate limit is in proportion to the rate, and calls that failed before still fail', () => {
  const throttled = scenarioFrom(builtIn('throttle'), [PAYMENTS], UNKNOWN).scenario;
  expect(throttled.phases[1]?.servers?.['https://payments']?.throttle).toMatchObject({ perSecond: 30, retryAfterS: 2 });
  const hangs = scenarioFrom(builtIn('partial-hang'), [PAYMENTS], UNKNOWN).scenario;
  expect(hangs.phases[1]?.servers?.['https://payments']?.faults).toEqual([
    { kind: 'hang', share: 0.2 },
    { kind: 'status', status: 503, share: 0.02 },
  ]);
});

test.each([
  'blip',
  'brownout',
  'outage',
  'throttle',
  'flapping',
  'slow-recovery',
  'partial-hang',
  'noisy-tenant',
  'deploy',
  'gc-pauses',
])('%s can come to production', (name) => {
  const { scenario } = scenarioFrom(builtIn(name), [PAYMENTS], UNKNOWN);
  expect(checkScenario(JSON.parse(JSON.stringify(scenario)))).toBeDefined();
});

test.each<[string, string | undefined, string]>([
  ['outage', undefined, '--key must be one of the keys with calls (https://payments, stock), got none'],
  ['outage', 'stok', '--key must be one of the keys with calls (https://payments, stock), got "stok"'],
  ['metastable', 'stock', '--from needs a scenario of one server, one client and constant traffic, got metastable'],
  ['layers', 'stock', '--from needs a scenario of one server, one client and constant traffic, got layers'],
])('%s of %s is refused', (name, key, message) => {
  expect(() => scenarioFrom(builtIn(name), [PAYMENTS, STOCK], { key, timeoutMs: undefined })).toThrow(message);
});
