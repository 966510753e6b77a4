import { describe, expect, it } from '@jest/globals';
import { AdaptiveCap } from './adaptive-cap.js';

const FLOOR = 4;

interface Known {
  readonly usualMs?: number;
  readonly usualInFlight?: number;
  readonly patienceMs?: number;
  readonly isEarly?: boolean;
  readonly floor?: number;
}

/** A cap of so many attempts in flight. */
function capOf(inFlight: number, known: Known = {}): AdaptiveCap {
  const { usualMs = 0, usualInFlight = 0, patienceMs = Number.POSITIVE_INFINITY, isEarly = false } = known;
  return new AdaptiveCap(known.floor ?? FLOOR, 0, { inFlight, usualInFlight, usualMs, patienceMs, isEarly });
}

/** So many answers of that duration while the cap is in use. */
function answers(cap: AdaptiveCap, count: number, durationMs = 10): void {
  for (let one = 0; one < count; one += 1) cap.answered(durationMs, true);
}

/** A round in which so many of 100 attempts were pushed away, while the cap was not in use. */
function round(cap: AdaptiveCap, pushedAway: number, byTimeout = false): void {
  for (let one = 0; one < 100; one += 1) {
    if (one < pushedAway) cap.pushedAway(byTimeout);
    else cap.answered(10, false);
  }
  cap.endRound(FLOOR, 0);
}

/** A round of 25 answers in 100 ms that take so long, while the cap is not in use. */
function roundOf(cap: AdaptiveCap, durationMs: number, round = 1): void {
  for (let one = 0; one < 25; one += 1) cap.answered(durationMs, false);
  cap.endRound(FLOOR, round * 100);
}

it('caps attempts in flight, but not below its floor', () => {
  expect(capOf(100).places).toBe(100);
  expect(capOf(1).places).toBe(FLOOR);
});

it.each([
  [100, 16],
  [5, 5],
])('judges a round by 16 results, or by as many as there are slots: with %d slots by %d', (inFlight, results) => {
  const cap = capOf(inFlight);
  for (let one = 1; one < results; one += 1) {
    if (one % 2 === 0) cap.pushedAway(false);
    else cap.answered(10, false);
  }
  expect(cap.isRoundOver).toBe(false);
  cap.pushedAway(false);
  expect(cap.isRoundOver).toBe(true);
  cap.endRound(FLOOR, 0);
  expect(cap.isRoundOver).toBe(false);
});

it('is needless after a second in which it was not reached, and 16 answers or none in flight', () => {
  const cap = capOf(100);
  cap.reached(500);
  answers(cap, 15);
  expect(cap.isNeedless(1_500, 1)).toBe(false);
  answers(cap, 1);
  expect([cap.isNeedless(1_499, 1), cap.isNeedless(1_500, 1)]).toEqual([false, true]);
  cap.reached(1_500);
  expect(cap.isNeedless(9_000, 1)).toBe(false);
  expect(cap.isNeedless(9_000, 0)).toBe(true);
});

describe('growth', () => {
  it('is one per answer up to half of the cap before the cut, and a tenth beyond', () => {
    const cap = capOf(40);
    cap.cut(FLOOR, 0, 0.9);
    expect(cap.places).toBe(4);
    answers(cap, 16);
    expect(cap.places).toBe(20);
    answers(cap, 5);
    expect(cap.places).toBe(20);
    answers(cap, 6);
    expect(cap.places).toBe(21);
  });

  it('is one per round trip if the cap is below ten', () => {
    const cap = capOf(2, { floor: 2 });
    cap.cut(2, 0, 0);
    answers(cap, 2);
    expect(cap.places).toBe(2);
    answers(cap, 1);
    expect(cap.places).toBe(3);
  });

  it('aims at the same half after another cut with no answer in between, and at a new one otherwise', () => {
    const cap = capOf(80);
    cap.cut(FLOOR, 0, 0.5);
    cap.cut(FLOOR, 0, 0.5);
    answers(cap, 20);
    expect(cap.places).toBe(40);
    cap.cut(FLOOR, 0, 0.75);
    answers(cap, 10);
    expect(cap.places).toBe(20);
    answers(cap, 5);
    expect(cap.places).toBe(20);
  });

  it('does not happen while the cap is not in use', () => {
    const cap = capOf(40);
    cap.cut(FLOOR, 0, 0.9);
    for (let one = 0; one < 50; one += 1) cap.answered(10, false);
    expect(cap.places).toBe(4);
  });

  it.each([
    [100, 19],
    [101, 10],
    [500, 10],
  ])(
    'ends if answers take longer than half the time after which callers give up: %d of 200 ms',
    (durationMs, places) => {
      const cap = capOf(40);
      cap.timedOutAfter(300);
      cap.timedOutAfter(200);
      cap.timedOutAfter(250);
      cap.cut(FLOOR, 0, 0.75);
      answers(cap, 9, durationMs);
      expect(cap.places).toBe(places);
    },
  );

  it('continues if answers take no longer than usual, however soon callers give up', () => {
    const after = (durationMs: number) => {
      const cap = capOf(40, { usualMs: 160 });
      cap.timedOutAfter(210);
      cap.cut(FLOOR, 0, 0.75);
      answers(cap, 9, durationMs);
      return cap.places;
    };
    expect([after(160), after(200), after(201)]).toEqual([19, 19, 10]);
  });

  it('is fast from the start if nothing was turned away and the first round is in time', () => {
    const after = (isEarly: boolean, durationMs: number) => {
      const cap = capOf(20, { patienceMs: 200, isEarly });
      roundOf(cap, durationMs);
      answers(cap, 10);
      return cap.places;
    };
    expect([after(true, 100), after(false, 100), after(true, 101)]).toEqual([30, 21, 18]);
  });
});

describe('as many as usual', () => {
  it('is where the first cut ends; the next one goes on', () => {
    const cap = capOf(100, { usualInFlight: 30 });
    round(cap, 100, true);
    expect(cap.places).toBe(30);
    round(cap, 100, true);
    expect(cap.places).toBe(FLOOR);
  });

  it('may be in flight once an answer is as fast as usual', () => {
    const after = (durationMs: number) => {
      const cap = capOf(100, { usualInFlight: 30, usualMs: 80 });
      for (let one = 0; one < 2; one += 1) round(cap, 100, true);
      cap.answered(durationMs, false);
      return cap.places;
    };
    expect([after(100), after(101)]).toEqual([30, FLOOR]);
  });

  it('and those that come by chance are soon in flight again', () => {
    const cap = capOf(26, { usualInFlight: 16 });
    for (let one = 0; one < 2; one += 1) round(cap, 100, true);
    answers(cap, 20);
    // 16 and twice its root.
    expect(cap.places).toBe(24);
  });
});

describe('late answers', () => {
  it('cut the cap to what the server answers in a third of the time that callers wait', () => {
    const cap = capOf(100, { patienceMs: 400 });
    roundOf(cap, 201);
    // 0.25 answers a ms, in 0.35 of 400 ms.
    expect([cap.places, cap.cutMs]).toEqual([35, 100]);
  });

  it('cut it by the pace of all answers, also of those to attempts from before the last cut', () => {
    const cap = capOf(100, { patienceMs: 400 });
    for (let one = 0; one < 25; one += 1) cap.answeredFromBefore();
    roundOf(cap, 201);
    expect(cap.places).toBe(70);
  });

  it('are taken for usual if a cut has not made them come sooner, and let the cap grow fast', () => {
    const cap = capOf(100, { patienceMs: 400 });
    roundOf(cap, 360);
    roundOf(cap, 270, 2);
    answers(cap, 8, 337);
    expect(cap.places).toBe(43);
    answers(cap, 8, 338);
    expect(cap.places).toBe(43);
  });

  it('are not taken for usual after a cut that was too small to tell', () => {
    const cap = capOf(45, { patienceMs: 400 });
    roundOf(cap, 360);
    roundOf(cap, 360, 2);
    cap.raiseTo(100);
    answers(cap, 8, 360);
    expect(cap.places).toBe(100);
  });

  it('cut again if the first cut has made them come sooner', () => {
    const cap = capOf(100, { patienceMs: 400 });
    roundOf(cap, 360);
    cap.raiseTo(80);
    roundOf(cap, 269, 2);
    expect(cap.places).toBe(35);
  });

  it('are taken for usual if no more than usual are in flight', () => {
    const cap = capOf(20, { patienceMs: 200, usualInFlight: 20 });
    roundOf(cap, 180);
    expect(cap.places).toBe(20);
    answers(cap, 10, 180);
    expect(cap.places).toBe(21);
  });

  it('cost nothing if callers wait for ever', () => {
    const cap = capOf(100);
    roundOf(cap, 60_000);
    expect(cap.places).toBe(100);
  });

  it('are judged by the first four, if nothing was turned away before', () => {
    for (const isEarly of [true, false]) {
      const cap = capOf(100, { patienceMs: 200, isEarly });
      for (let one = 0; one < 3; one += 1) cap.answered(150, false);
      expect(cap.isRoundOver).toBe(false);
      cap.answered(150, false);
      expect(cap.isRoundOver).toBe(isEarly);
    }
  });
});

describe('a round', () => {
  it.each([
    [10, 100],
    [11, 89],
    [60, 40],
    [100, FLOOR],
  ])('with %d of 100 attempts pushed away keeps %d of 100 slots', (pushedAway, places) => {
    const cap = capOf(100);
    round(cap, pushedAway);
    expect(cap.places).toBe(places);
  });

  it('makes no second cut for a share that the first has not relieved', () => {
    const cap = capOf(1_000);
    round(cap, 40);
    expect(cap.places).toBe(600);
    round(cap, 31);
    expect(cap.places).toBe(600);
    // 31 of 100 are pushed away whatever the load, so that up to 41 are no sign of load.
    for (const pushedAway of [25, 41]) round(cap, pushedAway);
    expect(cap.places).toBe(600);
  });

  it('cuts again for a share that the first cut has relieved', () => {
    const cap = capOf(1_000);
    round(cap, 40);
    round(cap, 29);
    expect(cap.places).toBe(426);
  });

  it('cuts again for timeouts, though they come as often as before', () => {
    const cap = capOf(1_000);
    round(cap, 50, true);
    round(cap, 50, true);
    expect(cap.places).toBe(250);
  });

  it('does not tolerate timeouts because other attempts are pushed away at any load', () => {
    const cap = capOf(1_000);
    round(cap, 40);
    round(cap, 40);
    expect(cap.places).toBe(600);
    round(cap, 50, true);
    expect(cap.places).toBe(300);
  });

  it('does not compare with a share from which timeouts were counted', () => {
    const cap = capOf(1_000);
    round(cap, 50);
    round(cap, 50, true);
    round(cap, 50);
    expect(cap.places).toBe(125);
  });
});
