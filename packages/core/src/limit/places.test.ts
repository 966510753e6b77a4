import { beforeEach, expect, it } from '@jest/globals';
import { Places } from './places.js';

const ROUND_TRIP_MS = 10;

let places: Places;

beforeEach(() => {
  places = new Places(0, 0);
});

it('counts the attempts in flight when the limit woke, and those since', () => {
  places = new Places(3, 100);
  expect(places.taken(100, ROUND_TRIP_MS)).toBe(3);
  places.take(100);
  places.take(100);
  places.take(150);
  expect(places.taken(150, ROUND_TRIP_MS)).toBe(6);
});

it('gets each slot back once, whenever its attempt began', () => {
  places = new Places(2, 100);
  for (const startedMs of [100, 120, 120]) places.take(startedMs);
  const taken: number[] = [];
  for (const startedMs of [40, 120, 100, 100, 120]) {
    places.release(startedMs);
    taken.push(places.taken(200, ROUND_TRIP_MS));
  }
  expect(taken).toEqual([4, 3, 2, 1, 0]);
});

it.each([
  ['a second', ROUND_TRIP_MS, 1_000],
  ['four round trips', 400, 1_600],
])('gives away the slot of an attempt older than %s', (_age, roundTripMs, ageMs) => {
  places.take(5_000);
  places.take(5_001);
  expect(places.taken(5_000 + ageMs, roundTripMs)).toBe(2);
  expect(places.taken(5_001 + ageMs, roundTripMs)).toBe(1);
  expect(places.taken(5_002 + ageMs, roundTripMs)).toBe(0);
});

it('gives away the slots of attempts from before the limit woke at that age, too', () => {
  places = new Places(3, 5_000);
  expect(places.taken(6_000, ROUND_TRIP_MS)).toBe(3);
  expect(places.taken(6_001, ROUND_TRIP_MS)).toBe(0);
});

it('takes no slot from another attempt when an old one ends', () => {
  places = new Places(1, 1_000);
  places.take(1_500);
  expect(places.taken(3_000, ROUND_TRIP_MS)).toBe(0);
  places.take(3_000);
  places.release(900);
  places.release(1_500);
  expect(places.taken(3_000, ROUND_TRIP_MS)).toBe(1);
  places.release(3_000);
  expect(places.taken(3_000, ROUND_TRIP_MS)).toBe(0);
});

it('takes none even if round trips have become longer since the attempt was found to be old', () => {
  places.take(4_900);
  expect(places.taken(6_000, ROUND_TRIP_MS)).toBe(0);
  places.take(6_000);
  expect(places.taken(6_000, 2_000)).toBe(1);
  places.release(4_900);
  expect(places.taken(6_000, 2_000)).toBe(1);

  places = new Places(1, 1_000);
  expect(places.taken(3_000, ROUND_TRIP_MS)).toBe(0);
  places.take(3_000);
  places.release(900);
  expect(places.taken(3_000, 2_000)).toBe(1);
});

it('keeps the slot of the older of two attempts if the younger ends', () => {
  places.take(100);
  places.take(1_000);
  places.release(1_000);
  expect(places.taken(1_000, ROUND_TRIP_MS)).toBe(1);
  expect(places.taken(1_200, ROUND_TRIP_MS)).toBe(0);
});

it('gets back the slot of an attempt that began a moment after it got the slot', () => {
  places.take(100);
  places.take(200);
  places.release(101);
  expect(places.taken(1_150, ROUND_TRIP_MS)).toBe(1);
  places.release(200);
  expect(places.taken(1_150, ROUND_TRIP_MS)).toBe(0);

  places = new Places(2, 0);
  places.take(100);
  places.release(101);
  expect(places.taken(1_001, ROUND_TRIP_MS)).toBe(0);
});

it('never counts fewer than zero', () => {
  places.release(100);
  expect(places.taken(100, ROUND_TRIP_MS)).toBe(0);
});
