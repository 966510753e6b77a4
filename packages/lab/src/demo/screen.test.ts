import { describe, expect, test } from '@jest/globals';
import pc from 'picocolors';
import { Curve } from './curve.js';
import type { Frame, PolicyFrame } from './frame.js';
import { phaseAt, scenario } from './scenario.js';
import { type Scene, screen } from './screen.js';

const phases = scenario(30);
const calmPolicy: PolicyFrame = {
  breaker: 'closed',
  openRemainingMs: 0,
  coolDownMs: 0,
  waiting: 0,
  cap: undefined,
  budget: 259.8,
};

function scene(atMs: number, policy: Partial<PolicyFrame> = {}): Scene {
  const rates = { success: 0.554, attemptsPerCall: 2.966, requestsPerSecond: 237.6, refusedPerSecond: 33.3 };
  const frame: Frame = {
    atMs,
    phase: phaseAt(phases, atMs),
    plain: { rates, inService: 2, queued: 200 },
    guarded: { rates, inService: 2, queued: 8 },
    policy: { ...calmPolicy, ...policy },
  };
  const curve = new Curve(30_000);
  curve.add(0, 1);
  curve.add(atMs, 0);
  return { frame, phases, happenings: [{ atMs, says: 'x'.repeat(200) }], curve: { plain: curve.points, guarded: [] } };
}

const lines = (drawn: Scene, colors = false) => screen(drawn, pc.createColors(colors)).split('\n');
const lineOf = (label: string, drawn: Scene) => lines(drawn).find((line) => line.startsWith(label));

describe('the screen', () => {
  test('fits 80 columns and 24 rows with the cursor below it, in every phase and state', () => {
    const states = ['closed', 'open', 'half-open', 'forced-open'] as const;
    const drawn = phases.flatMap(({ startMs }) =>
      states.map((breaker) =>
        lines(scene(startMs, { breaker, openRemainingMs: 28_123, coolDownMs: 9_876, waiting: 256 })),
      ),
    );

    expect(Math.max(...drawn.flat().map((line) => line.length))).toBeLessThan(80);
    expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([22]));
  });

  test('shows both sides next to each other', () => {
    expect(lineOf('success', scene(12_300))).toBe(
      'success, last 1 s   55 % ████████░░░░░░           55 % ████████░░░░░░',
    );
    expect(lineOf('server has', scene(12_300))).toBe(
      'server has             2 at work, 200 queued         2 at work, 8 queued',
    );
  });

  test('has no bar if no call has ended', () => {
    const drawn = scene(12_300);
    const { plain } = drawn.frame;
    const waiting = { ...plain, rates: { ...plain.rates, success: undefined } };

    expect(lineOf('success', { ...drawn, frame: { ...drawn.frame, guarded: waiting } })).toMatch(/░ +-$/);
  });

  test('names the phase and how far the run is', () => {
    const drawn = lines(scene(15_000));

    expect(drawn[0]).toMatch(/^Breakwater demo +15\.0 s of 30\.0 s$/);
    expect(drawn[3]).toBe('━'.repeat(39) + '─'.repeat(39));
    expect(drawn[4]).toBe('outage: the server resets every connection');
  });

  test.each<[string, Partial<PolicyFrame>, RegExp]>([
    ['breaker', {}, /closed$/],
    ['breaker', { breaker: 'open', openRemainingMs: 840 }, /open, a probe in 0\.8 s$/],
    ['cool-down', {}, /none$/],
    ['cool-down', { coolDownMs: 700, waiting: 31 }, /0\.7 s left, 31 calls wait$/],
    ['cool-down', { waiting: 31 }, /over, 31 calls about to go$/],
    ['limit', {}, /asleep$/],
    ['limit', { cap: 9 }, /9 in flight at most$/],
    ['refused', {}, /33 calls\/s$/],
    ['retry budget', {}, /260 retries$/],
  ])('shows the %s: %j', (label, policy, expected) => {
    expect(lineOf(label, scene(12_300, policy))).toMatch(expected);
  });

  test('has colours if they are wanted, and none if they are not', () => {
    const introducer = String.fromCharCode(27);

    expect(lines(scene(12_300), true).join('')).toContain(introducer);
    expect(lines(scene(12_300), false).join('')).not.toContain(introducer);
  });
});
