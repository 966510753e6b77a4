import { describe, expect, it } from '@jest/globals';
import { KeyTraffic } from './key-traffic.js';

/** `perSecond` calls a second for `ms` from `fromMs`, each served 0.4 ms later. */
function calls(traffic: KeyTraffic, fromMs: number, ms: number, perSecond: number): void {
  for (let call = 0; call < (ms * perSecond) / 1_000; call += 1) {
    const atMs = fromMs + (call * 1_000) / perSecond;
    traffic.called(atMs);
    traffic.served(atMs + 0.4, atMs + 0.4);
  }
}

describe('callsPerSecond', () => {
  it('is the rate of the last five to ten seconds', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0.3, 60_000, 40);
    expect(traffic.callsPerSecond(60_000)).toBeCloseTo(40, 0);
    calls(traffic, 60_000.3, 10_000, 4);
    expect(traffic.callsPerSecond(70_000)).toBeCloseTo(4, 0);
  });

  it('takes a burst for the calls of a second', () => {
    const traffic = new KeyTraffic();
    for (let call = 0; call < 30; call += 1) traffic.called(7.5);
    expect(traffic.callsPerSecond(8)).toBe(30);
  });

  it('is nothing for a key that has not been called, or not for long', () => {
    const traffic = new KeyTraffic();
    expect(traffic.callsPerSecond(5)).toBe(0);
    traffic.called(5);
    expect(traffic.callsPerSecond(20_000)).toBe(0);
  });
});

describe('throttled', () => {
  it('speaks for the key at the second throttled call, if none was served for two seconds', () => {
    const traffic = new KeyTraffic();
    expect(traffic.throttled(0, true)).toBe(false);
    expect(traffic.throttled(1_999, true)).toBe(false);
    expect(traffic.throttled(2_000, false)).toBe(true);
  });

  it('does not for one call alone, however often it is throttled', () => {
    const traffic = new KeyTraffic();
    for (let atMs = 0; atMs < 9_000; atMs += 1_000) expect(traffic.throttled(atMs, atMs === 0)).toBe(false);
  });

  it('does not if a call was served between', () => {
    const traffic = new KeyTraffic();
    traffic.throttled(0, true);
    traffic.served(1_900, 1_900);
    traffic.throttled(1_950, true);
    expect(traffic.throttled(2_500, true)).toBe(false);
  });

  it('waits for ten usual pauses between answers, on a key that is served seldom', () => {
    const traffic = new KeyTraffic();
    for (let atMs = 0; atMs <= 200_000; atMs += 1_000) traffic.served(atMs, atMs);
    traffic.throttled(200_000, true);
    expect(traffic.throttled(209_900, true)).toBe(false);
    expect(traffic.throttled(210_001, true)).toBe(true);
  });

  it('waits for two seconds on a key that is served often', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 5_000, 500);
    traffic.throttled(5_000, true);
    expect(traffic.throttled(7_000, true)).toBe(true);
  });
});
