import { InvalidArgumentError } from 'commander';

const MOST_SEEDS = 1_000;
const MAX_SEED = 2 ** 32 - 1;

/** Parses `3`, `1-5` and `1,4,9-12`. @throws InvalidArgumentError, which the command line reports */
export function seedsIn(text: string): readonly number[] {
  const seeds = text.split(',').flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || to < from || to > MAX_SEED || to - from >= MOST_SEEDS) throw bad();
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  if (seeds.length > MOST_SEEDS) throw bad();
  return [...new Set(seeds)];
}

function bad(): InvalidArgumentError {
  return new InvalidArgumentError(
    `It must be whole numbers from 0 to ${MAX_SEED}, such as 1-5, at most ${MOST_SEEDS}.`,
  );
}
