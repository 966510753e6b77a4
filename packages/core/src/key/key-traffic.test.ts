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

  it('counts a burst as the calls of a second', () => {
    const traffic = new KeyTraffic();
    for (let call = 0; call < 30; call += 1) traffic.called(7.5);
    expect(traffic.callsPerSecond(8)).toBe(30);
  });

  it('is zero for a key that has not been called, or not recently', () => {
    const traffic = new KeyTraffic();
    expect(traffic.callsPerSecond(5)).toBe(0);
    traffic.called(5);
    expect(traffic.callsPerSecond(20_000)).toBe(0);
  });
});

describe('throttled', () => {
  it('applies to the key at the second throttled call, if none was served for two seconds', () => {
    const traffic = new KeyTraffic();
    expect(traffic.throttled(0, true)).toBe(false);
    expect(traffic.throttled(1_999, true)).toBe(false);
    expect(traffic.throttled(2_000, false)).toBe(true);
  });

  it('does not apply to the key because of one call, however often it is throttled', () => {
    const traffic = new KeyTraffic();
    for (let atMs = 0; atMs < 9_000; atMs += 1_000) expect(traffic.throttled(atMs, atMs === 0)).toBe(false);
  });

  it('does not apply to the key if a call was served in between', () => {
    const traffic = new KeyTraffic();
    traffic.throttled(0, true);
    traffic.served(1_900, 1_900);
    traffic.throttled(1_950, true);
    expect(traffic.throttled(2_500, true)).toBe(false);
  });

  it('waits for ten usual pauses between answers on a rarely served key', () => {
    const traffic = new KeyTraffic();
    for (let atMs = 0; atMs <= 200_000; atMs += 1_000) traffic.served(atMs, atMs);
    traffic.throttled(200_000, true);
    expect(traffic.throttled(209_900, true)).toBe(false);
    expect(traffic.throttled(210_001, true)).toBe(true);
  });

  it('waits for ten pauses even if calls were throttled during them', () => {
    const traffic = new KeyTraffic();
    for (let atMs = 0; atMs <= 200_000; atMs += 1_000) {
      traffic.served(atMs, atMs);
      traffic.throttled(atMs + 500, true);
    }
    expect(traffic.throttled(210_400, true)).toBe(false);
    expect(traffic.throttled(210_501, true)).toBe(true);
  });

  it('does not learn from a pause in which the whole key was throttled', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 5_000, 10);
    traffic.throttled(5_000, true);
    expect(traffic.throttled(7_000, true)).toBe(true);
    traffic.served(17_000, 17_000);
    traffic.throttled(17_100, true);
    expect(traffic.throttled(19_100, true)).toBe(true);
  });

  it('waits for two seconds on a frequently served key', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 5_000, 500);
    traffic.throttled(5_000, true);
    expect(traffic.throttled(7_000, true)).toBe(true);
  });
});

describe('answersBeside', () => {
  it('is true if an attempt of the second half of the time has been served', () => {
    const traffic = new KeyTraffic();
    traffic.served(950, 601);
    expect(traffic.answersBeside(0, 1_000)).toBe(true);
    expect(traffic.answersBeside(601, 1_601)).toBe(false);
  });

  it('is false if answers come late, though those attempts began later', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 1_000, 40);
    traffic.served(1_900, 1_100);
    expect(traffic.answersBeside(1_000, 2_000)).toBe(false);
  });

  it('is true if they come late, but as usual', () => {
    const traffic = new KeyTraffic();
    for (let call = 0; call < 50; call += 1) traffic.served(10 * call + 700, 10 * call);
    traffic.served(1_900, 1_200);
    expect(traffic.answersBeside(1_000, 2_000)).toBe(true);
  });

  it('does not take a trouble for usual that lasts for a hundred answers', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 1_000, 40);
    for (let call = 0; call < 100; call += 1) traffic.served(1_100 + 9 * call, 300 + 9 * call);
    expect(traffic.answersBeside(1_000, 2_000)).toBe(false);
  });

  it('is false without an answer to an attempt that began later', () => {
    const traffic = new KeyTraffic();
    traffic.served(900, 0);
    expect(traffic.answersBeside(0, 1_000)).toBe(false);
    expect(new KeyTraffic().answersBeside(0, 1_000)).toBe(false);
  });
});

describe('wasServedUntil', () => {
  it('is true if the last answer is less than ten usual pauses and a quarter of the time ago', () => {
    const traffic = new KeyTraffic();
    calls(traffic, 0, 10_000, 100);
    expect(traffic.wasServedUntil(9_000, 10_080)).toBe(true);
    expect(traffic.wasServedUntil(9_000, 10_100)).toBe(false);
    expect(traffic.wasServedUntil(9_990, 10_080)).toBe(false);
  });

  it('is false without an answer', () => {
    expect(new KeyTraffic().wasServedUntil(0, 1_000)).toBe(false);
  });
});
