import { InvalidArgumentError } from 'commander';

/** Parses a whole number within these bounds. @throws InvalidArgumentError, which the command line puts into words */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Parses a number within these bounds. @throws InvalidArgumentError, which the command line puts into words */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

function numberIn(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
