import { describe, expect, test } from '@jest/globals';
import { callsPerSecond, clientTimeoutMs, isPhaseName, phaseAt, scenario } from './scenario.js';

describe('the scenario', () => {
  test('goes through calm, brownout, outage, throttling and recovery', () => {
    expect(scenario(30).map(({ name }) => name)).toEqual(['calm', 'brownout', 'outage', 'throttling', 'recovery']);
  });

  test.each([1, 3, 30, 600])('fills %d seconds without a gap', (seconds) => {
    const phases = scenario(seconds);

    expect(phases.map(({ startMs }) => startMs)).toEqual([0, ...phases.slice(0, -1).map(({ endMs }) => endMs)]);
    expect(phases.at(-1)?.endMs).toBe(seconds * 1_000);
    expect(phases.every(({ startMs, endMs }) => endMs > startMs)).toBe(true);
  });

  test('has a server that is equal to the load at first and at last, and is not in the brownout', () => {
    const capacity = scenario(30).map(({ conditions: { slots, serviceMs } }) => (slots * 1_000) / serviceMs);

    expect(capacity[0]).toBeGreaterThan(2 * callsPerSecond);
    expect(capacity[1]).toBeLessThan(callsPerSecond);
    expect(capacity.at(-1)).toBe(capacity[0]);
  });

  test('has no server so slow that one request alone would time out', () => {
    expect(scenario(30).every(({ conditions }) => conditions.serviceMs * 2 < clientTimeoutMs)).toBe(true);
  });

  test('knows the phase of each moment, and keeps the last one', () => {
    const phases = scenario(30);

    expect(phaseAt(phases, 0).name).toBe('calm');
    expect(phaseAt(phases, phases[0]?.endMs ?? 0).name).toBe('brownout');
    expect(phaseAt(phases, 29_999).name).toBe('recovery');
    expect(phaseAt(phases, 99_999).name).toBe('recovery');
  });

  test.each([
    ['calm', true],
    ['storm', false],
    [undefined, false],
  ])('%j is a phase name: %j', (value, expected) => {
    expect(isPhaseName(value)).toBe(expected);
  });
});
