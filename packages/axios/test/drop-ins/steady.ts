import type { PolicyOptions } from '@breakwater/core';
import { ManualClock } from '@breakwater/core/testing';

/** Returns options without retries, with a clock that stands still and no chance. */
export function steady(options: Omit<PolicyOptions, 'retry'> = {}) {
  const clock = new ManualClock();
  return { clock, resilience: { clock, random: () => 0, ...options } };
}
