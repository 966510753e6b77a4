import { createPolicy, type PolicyOptions } from '@breakwater/core';
import { ratePerSecond, type Scenario } from '@breakwater/simulator';
import { withOption } from '../options-at.js';
import type { Goal } from './goals.js';

/** One option of a policy, with a new value. */
export interface Change {
  /** Path of the option: `breaker.openMs`. */
  readonly option: string;
  readonly value: unknown;
}

/**
 * Returns the changes to try, by the goals and the scenarios. Time limits come from the goals and from the clients'
 * own, the retries of a quiet key from its rate. No change switches a part off: a policy without budget or breaker is
 * good only in the failures that were tried.
 */
export function knobsFor(goals: readonly Goal[], scenarios: readonly Scenario[]): readonly Change[] {
  const all: readonly (readonly [string, readonly unknown[]])[] = [
    ['retry.maxRetries', [0, 1, 2, 3, 4, 6]],
    ['retry.backoff.baseMs', [25, 50, 100, 200, 400, 1_000]],
    ['retry.maxElapsedMs', [...latencyBounds(goals), 1_000, 3_000, 10_000, 30_000]],
    ['budget.ratio', [0.05, 0.1, 0.2, 0.4, 0.8]],
    ['budget.minRetriesPerSecond', [...tenthsOfRates(scenarios), 1, 3, 10, 30]],
    ['breaker.consecutiveFailures', [5, 10, 20]],
    ['breaker.failureRate', [0.25, 0.5, 0.75]],
    ['breaker.openMs', [100, 250, 500, 1_000, 2_500]],
    ['breaker.maxOpenMs', [1_000, 3_000, 10_000, 30_000]],
    ['breaker.successesToClose', [1, 2, 5]],
    ['breaker.ramp', [[0.1, 0.25, 0.5]]],
    ['limit', [...[2, 4, 16].map(adaptive), ...[10, 30, 100].map(fixed)]],
    ['timeouts.attemptMs', attemptLimits(goals, scenarios)],
    ['timeouts.totalMs', latencyBounds(goals)],
  ];
  return all.flatMap(([option, values]) => [...new Set(values)].map((value) => ({ option, value })));
}

/** Returns the options with these changes; undefined if core rejects them, or if a change has no effect. */
export function changed(start: PolicyOptions, changes: readonly Change[]): PolicyOptions | undefined {
  const policy = changes.reduce((options, { option, value }) => withOption(options, option.split('.'), value), start);
  const [before, after] = [settingsOf(start), settingsOf(policy)];
  if (before === undefined || after === undefined) return undefined;
  const isDifferent = ({ option }: Change) =>
    JSON.stringify(valueAt(before, option)) !== JSON.stringify(valueAt(after, option));
  return changes.every(isDifferent) ? policy : undefined;
}

/** Returns the value of an option in the settings of a policy. */
export function settingAt(options: PolicyOptions, option: string): unknown {
  return valueAt(settingsOf(options), option);
}

function adaptive(minConcurrency: number) {
  return { kind: 'adaptive', minConcurrency };
}

function fixed(concurrency: number) {
  return { kind: 'fixed', concurrency, queue: 2 * concurrency, maxQueueMs: 1_000 };
}

/** Returns the bounds of the goals for latencies. */
function latencyBounds(goals: readonly Goal[]): number[] {
  return goals.filter(({ figure }) => /^p\d\d$/.test(figure)).map(({ bound }) => Math.max(1, Math.round(bound)));
}

/** Returns fractions of the clients' own time limits and of the goals, so that there is time for another attempt. */
function attemptLimits(goals: readonly Goal[], scenarios: readonly Scenario[]): number[] {
  const own = scenarios.flatMap(({ clients }) => Object.values(clients).flatMap(({ timeoutMs }) => timeoutMs ?? []));
  const parts = [...own, ...latencyBounds(goals)].flatMap((ms) =>
    [0.1, 0.25, 0.5].map((part) => Math.round(ms * part)),
  );
  return [...new Set(parts)].filter((ms) => ms >= 1).sort((one, other) => one - other);
}

function tenthsOfRates(scenarios: readonly Scenario[]): number[] {
  const rates = scenarios.flatMap(({ clients }) =>
    Object.values(clients).map(({ traffic }) => ratePerSecond([traffic].flat()) ?? 0),
  );
  return rates.filter((rate) => rate > 0).map((rate) => Number((rate / 10).toPrecision(2)));
}

function settingsOf(options: PolicyOptions): unknown {
  try {
    const policy = createPolicy({ ...options, mode: 'enforce' });
    policy.close();
    return policy.settings;
  } catch {
    return undefined;
  }
}

function valueAt(value: unknown, option: string): unknown {
  return option
    .split('.')
    .reduce<unknown>((part, name) => (Object(part) as Readonly<Record<string, unknown>>)[name], value);
}
