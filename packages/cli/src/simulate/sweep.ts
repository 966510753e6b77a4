import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { UsageError } from '../command-io.js';
import { errorText } from '../error-text.js';
import type { Contender } from './contender.js';
import { withOption } from './options-at.js';

/** Values that one numeric option takes in turn. */
export interface Sweep {
  /** Path of the option: `breaker.openMs`. */
  readonly option: string;
  readonly values: readonly number[];
}

const STEPS = 7;
const MOST_SWEEPS = 2;

/**
 * Parses `breaker.openMs=250..60000`: seven values in equal ratios, including the ends. From 0 on, the steps are equal.
 *
 * @throws UsageError naming rule and value
 */
export function sweepIn(text: string): Sweep {
  const [, option = '', first = '', last = ''] =
    /^([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)=([\d.]+?)\.\.([\d.]+)$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (option === '' || !(from >= 0 && to > from)) {
    throw new UsageError(`--sweep must be <option>=<from>..<to> with 0 <= from < to, got ${JSON.stringify(text)}`);
  }
  return { option, values: from === 0 ? evenly(to) : inRatios(from, to) };
}

/**
 * Returns a policy for each value, or for each pair of values of two options. @throws UsageError for a value that core
 * rejects
 */
export function sweptContenders(base: PolicyOptions, sweeps: readonly Sweep[]): Contender[] {
  if (sweeps.length > MOST_SWEEPS) throw new UsageError(`--sweep may be given twice at most, got ${sweeps.length}`);
  let points: { readonly name: string; readonly policy: PolicyOptions }[] = [{ name: '', policy: base }];
  for (const { option, values } of sweeps) {
    const taken = [...new Set(values.map((value) => acceptable(base, option, value)))];
    points = points.flatMap(({ name, policy }) =>
      taken.map((value) => ({
        name: `${name === '' ? '' : `${name}, `}${option.split('.').at(-1)} ${value}`,
        policy: withOption(policy, option.split('.'), value),
      })),
    );
  }
  for (const { policy } of points) {
    const problem = problemWith(policy);
    if (problem !== undefined) throw new UsageError(`--sweep: ${problem}`);
  }
  return points;
}

/** Returns the value, or the nearest whole number if core accepts no other: `retry.maxRetries=0..6`. */
function acceptable(base: PolicyOptions, option: string, value: number): number {
  const isTaken = (one: number) => problemWith(withOption(base, option.split('.'), one)) === undefined;
  return !isTaken(value) && isTaken(Math.round(value)) ? Math.round(value) : value;
}

function problemWith(policy: PolicyOptions): string | undefined {
  try {
    createPolicy(policy).close();
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}

function evenly(to: number): number[] {
  return unique(Array.from({ length: STEPS }, (_, step) => (to * step) / (STEPS - 1)));
}

function inRatios(from: number, to: number): number[] {
  return unique(Array.from({ length: STEPS }, (_, step) => from * (to / from) ** (step / (STEPS - 1))));
}

/**
 * Rounds to whole numbers above 10 and to two decimals below, because the last bits of a power differ between hosts.
 */
function unique(values: readonly number[]): number[] {
  return [...new Set(values.map((value) => (value >= 10 ? Math.round(value) : Number(value.toFixed(2)))))];
}
