import { expect, test } from '@jest/globals';
import { Dice } from './dice.js';

test('the same names give the same numbers, on every host', () => {
  const numbers = (...names: number[]): number[] => {
    const dice = new Dice(...names);
    return [dice.next(), dice.next()];
  };
  expect(numbers(1, 2)).toEqual(numbers(1, 2));
  expect(numbers(1, 2)).not.toEqual(numbers(2, 1));
  expect(numbers(1)).toEqual(FIRST_OF_ONE);
});

test('similar names give independent numbers: their first ones are as even as those of one name', () => {
  const shares = [0, 0, 0, 0];
  const both = [0, 0, 0, 0];
  let last = 0;
  for (let name = 0; name < 40_000; name += 1) {
    const number = new Dice(5, name, 1).next();
    const quarter = Math.floor(number * 4);
    shares[quarter] = (shares[quarter] ?? 0) + 1;
    const pair = (number < 0.5 ? 1 : 0) + (last < 0.5 ? 2 : 0);
    both[pair] = (both[pair] ?? 0) + 1;
    last = number;
  }
  for (const count of [...shares, ...both]) expect(Math.abs(count - 10_000)).toBeLessThan(300);
});

const FIRST_OF_ONE = [0.7762404845561832, 0.49200008041225374];
