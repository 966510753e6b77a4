import { describe, expect, test } from '@jest/globals';
import { clients } from './client-names.js';
import { selectNamed } from './names.js';
import { behaviourOf, durationOf, originsOf, shorten } from './shape.js';
import { shapes } from './shapes.js';
import { causeGoneMs, spanAt, timelineOf } from './timeline.js';

const namesOf = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name);

describe('shapes', () => {
  test('have names of their own, phases with a length, and a behaviour for every origin', () => {
    expect(new Set(namesOf(shapes)).size).toBe(shapes.length);
    for (const shape of shapes) {
      for (const phase of shape.phases) {
        expect(phase.ms).toBeGreaterThan(0);
        if (Array.isArray(phase.servers)) expect(phase.servers).toHaveLength(originsOf(shape));
        expect(behaviourOf(shape, phase, 0).slots).toBeDefined();
      }
    }
  });

  test('begin well, and end well if anything was wrong', () => {
    for (const { phases } of shapes) {
      expect(phases.at(0)?.bad).toBeUndefined();
      expect(phases.at(-1)?.bad).toBeUndefined();
    }
  });

  test('shortened ones keep their phases', () => {
    const [brownout] = shapes;
    if (brownout === undefined) throw new Error('no shape');
    const short = shorten(brownout, 0.1);
    expect(namesOf(short.phases)).toEqual(namesOf(brownout.phases));
    expect(durationOf(short)).toBe(durationOf(brownout) / 10);
  });
});

describe('timeline', () => {
  test('lays the phases end to end and finds the one of a moment', () => {
    const timeline = timelineOf({
      name: 'x',
      about: '',
      phases: [
        { name: 'a', ms: 100 },
        { name: 'b', ms: 50 },
      ],
    });
    expect(timeline.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 100],
      [100, 150],
    ]);
    expect([0, 99.9, 100, 149, 150, 999].map((atMs) => spanAt(timeline, atMs).phase.name)).toEqual([
      ...['a', 'a', 'b', 'b'],
      ...['b', 'b'],
    ]);
  });

  test('finds the end of the last bad phase if another one follows', () => {
    const bad = { name: 'bad', ms: 10, bad: true };
    const good = { name: 'good', ms: 10 };
    const goneIn = (...phases: (typeof bad | typeof good)[]): number | undefined =>
      causeGoneMs(timelineOf({ name: 'x', about: '', phases }));
    expect(goneIn(good, bad, good, bad, good)).toBe(40);
    expect(goneIn(good)).toBeUndefined();
    expect(goneIn(good, bad)).toBeUndefined();
  });
});

describe('selection', () => {
  test('omits the extra ones unless they are named', () => {
    expect(namesOf(selectNamed('shape', shapes, undefined))).not.toContain('outage-frozen');
    expect(namesOf(selectNamed('shape', shapes, 'outage-frozen'))).toEqual(['outage-frozen']);
    expect(selectNamed('shape', shapes, 'all')).toHaveLength(shapes.length);
  });

  test('selects all shapes whose name begins with the given text', () => {
    expect(namesOf(selectNamed('shape', shapes, 'outage, calm'))).toEqual(['outage-refused', 'outage-hanging', 'calm']);
    expect(namesOf(selectNamed('client', clients, 'bare'))).toEqual(['bare-axios', 'bare-got']);
  });

  test('lists the names if one is unknown', () => {
    expect(() => selectNamed('shape', shapes, 'brown')).toThrow(
      /--shape brown: no such shape; there are brownout, blip/,
    );
  });
});
