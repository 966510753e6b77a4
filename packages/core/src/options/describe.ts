import { BLIP_MS } from '../breaker/run.js';
import { backoffRange } from '../retry/backoff.js';
import { quoted } from '../untrusted/quote.js';
import type { BreakerSettings } from './breaker-options.js';
import type { PolicySettings } from './options.js';

/** Wait before one retry, in ms; undefined if a user function decides. */
export interface DelayDescription {
  readonly retry: number;
  readonly minMs: number | undefined;
  readonly meanMs: number | undefined;
  readonly maxMs: number | undefined;
}

/** Description of one part of a policy. */
export interface PartDescription {
  /** The option that configures it. */
  readonly part: 'retry' | 'budget' | 'breaker' | 'coolDown' | 'limit' | 'timeouts' | 'idempotency';
  readonly title: string;
  readonly text: string;
}

/** A policy as data, and as text for people. */
export interface PolicyDescription {
  readonly name: string;
  readonly mode: string;
  readonly parts: readonly PartDescription[];
  /** The first twenty waits of a call that is not throttled. */
  readonly delays: readonly DelayDescription[];
  /** The first twenty waits of a call that is throttled each time. */
  readonly throttledDelays: readonly DelayDescription[];
  readonly worstCase: {
    /** Attempts of one call. */
    readonly attempts: number;
    /** Total backoff of one call that is throttled each time, in ms; undefined if a user function decides. */
    readonly waitMs: number | undefined;
    /** Total backoff of one call that is never throttled, in ms. */
    readonly unthrottledWaitMs: number | undefined;
    /** Most attempts per call that reach the server: without the budget, and with it at a high rate. */
    readonly loadWithoutBudget: number;
    readonly load: number;
    /** Retries per second that the budget allows even with few calls. */
    readonly minRetriesPerSecond: number;
  };
  readonly text: string;
}

/** Returns the result of `policy.describe()` for a policy's settings. */
export function describePolicy(settings: PolicySettings): PolicyDescription {
  const { name, mode, retry, budget } = settings;
  const delays = delaysOf(settings, false);
  const attempts = retry === false ? 1 : retry.maxRetries + 1;
  const worstCase = {
    attempts,
    waitMs: worstWaitMs(settings, true),
    unthrottledWaitMs: worstWaitMs(settings, false),
    loadWithoutBudget: attempts,
    load: budget === false ? attempts : Math.min(attempts, 1 + budget.ratio),
    minRetriesPerSecond: retry === false || budget === false ? 0 : budget.minRetriesPerSecond,
  };
  const parts = partsOf(settings, delays);
  const throttledDelays = delaysOf(settings, true);
  return { name, mode, parts, delays, throttledDelays, worstCase, text: textOf(settings, parts, worstCase) };
}

const MAX_DELAYS_SHOWN = 20;
const MAX_DELAYS_ADDED = 10_000;

function delaysOf({ retry }: PolicySettings, throttled: boolean): DelayDescription[] {
  if (retry === false) return [];
  return Array.from({ length: Math.min(retry.maxRetries, MAX_DELAYS_SHOWN) }, (_, index) => {
    const range = backoffRange(retry.backoff, index + 1, throttled);
    return { retry: index + 1, minMs: range?.minMs, meanMs: range?.meanMs, maxMs: range?.maxMs };
  });
}

/** Returns the longest total backoff of a call. A server's hint may make a call wait longer, up to `maxElapsedMs`. */
function worstWaitMs(settings: PolicySettings, throttled: boolean): number | undefined {
  const { retry, timeouts } = settings;
  if (retry === false) return 0;
  const bound = Math.min(retry.maxElapsedMs, timeouts.totalMs ?? Number.POSITIVE_INFINITY);
  const beyond = Number.isFinite(bound) ? bound : undefined;
  let sum = 0;
  for (let n = 1; n <= retry.maxRetries && sum < bound; n += 1) {
    const range = n > MAX_DELAYS_ADDED ? undefined : backoffRange(retry.backoff, n, throttled);
    if (range === undefined) return beyond;
    sum += range.maxMs;
  }
  return Math.min(sum, bound);
}

function textOf(
  settings: PolicySettings,
  parts: readonly PartDescription[],
  worst: PolicyDescription['worstCase'],
): string {
  const shown = parts.filter(({ part }) => part !== 'idempotency' || settings.idempotency !== false);
  return [
    `Policy ${quoted(settings.name)} (${settings.mode}${settings.enforceRate < 1 ? `, ${settings.enforceRate * 100} % of calls enforced` : ''})`,
    ...shown.map(({ title, text }) => `${title}: ${text}`),
    `Worst case: ${worst.attempts} ${worst.attempts === 1 ? 'attempt' : 'attempts'}, ${ms(worst.waitMs)} of backoff; a busy server sees at most ${round(worst.load)} attempts per call` +
      (worst.load < worst.loadWithoutBudget ? ` (${worst.loadWithoutBudget} without the budget)` : ''),
  ].join('\n');
}

function partsOf(settings: PolicySettings, delays: readonly DelayDescription[]): PartDescription[] {
  return [
    { part: 'retry', title: 'Retry', text: retryText(settings, delays) },
    { part: 'budget', title: 'Budget', text: budgetText(settings) },
    { part: 'breaker', title: 'Breaker', text: breakerText(settings) },
    { part: 'coolDown', title: 'Cool-down', text: coolDownText(settings) },
    { part: 'limit', title: 'Limit', text: limitText(settings) },
    { part: 'timeouts', title: 'Timeouts', text: timeoutText(settings) },
    { part: 'idempotency', title: 'Idempotency', text: idempotencyText(settings) },
  ];
}

function retryText({ retry }: PolicySettings, delays: readonly DelayDescription[]): string {
  if (retry === false) return 'off';
  if (retry.maxRetries === 0) return 'none';
  const isAtOnce = delays.every(({ maxMs }) => maxMs === 0);
  const waiting = isAtOnce ? 'at once' : `waiting ${delays.map(rangeText).join(', ')} ms`;
  return `up to ${retry.maxRetries}, ${waiting}, all within ${ms(retry.maxElapsedMs)}`;
}

function rangeText({ minMs = 0, maxMs }: DelayDescription): string {
  if (maxMs === undefined) return '?';
  return minMs === maxMs ? `${round(maxMs)}` : `${round(minMs)}-${round(maxMs)}`;
}

function budgetText({ budget }: PolicySettings): string {
  if (budget === false) return 'off';
  return `${round(budget.ratio * 100)} % of calls (${budget.minRetriesPerSecond} a second with few calls), over ${ms(budget.windowMs)}`;
}

function breakerText({ breaker }: PolicySettings): string {
  if (breaker === false) return 'off';
  const { consecutiveFailures, consecutiveForMs, failureRate, minimumCalls, slowCallMs, slowCallRate, window } =
    breaker;
  const over = window.kind === 'time' ? ms(window.ms) : `${window.size} calls`;
  const rules = [
    consecutiveFailures === false ? undefined : runText(consecutiveFailures, consecutiveForMs),
    failureRate === false ? undefined : `${round(failureRate * 100)} % of at least ${minimumCalls} calls in ${over}`,
    slowCallMs === undefined
      ? undefined
      : `${round(slowCallRate * 100)} % of at least ${minimumCalls} calls in ${over} slower than ${ms(slowCallMs)}`,
  ].filter((rule) => rule !== undefined);
  return (
    `opens at ${rules.join(', or at ') || 'no rule at all'}; for ${ms(breaker.openMs)}${growthText(breaker)}` +
    `; closes after ${breaker.successesToClose} good ${breaker.successesToClose === 1 ? 'probe' : 'probes'}`
  );
}

function runText(failures: number, forMs: number | 'auto'): string {
  if (forMs === 'auto') {
    return `${failures} ${failures === 1 ? 'call' : 'calls'} in a row that ${failures === 1 ? 'fails' : 'fail'} with all retries, over at least ${ms(BLIP_MS)}`;
  }
  const run = `${failures} ${failures === 1 ? 'failure' : 'failures'} in a row`;
  return forMs > 0 ? `${run} over at least ${ms(forMs)}` : run;
}

function growthText({ openFactor, openMs, maxOpenMs }: BreakerSettings): string {
  if (openFactor === 1 || openMs >= maxOpenMs) return ' each time';
  const growth = openFactor === undefined ? 'then 5 % of the outage so far' : `x${openFactor} at each failed probe`;
  return `, ${growth}, ${ms(maxOpenMs)} at most`;
}

function coolDownText({ coolDown, retry }: PolicySettings): string {
  if (coolDown === false) return 'off';
  if (retry !== false && !retry.respectRetryAfter) return 'none, since retry.respectRetryAfter is false';
  return `as the server asks, ${ms(coolDown.maxMs)} at most; ${coolDown.maxWaiting} calls may wait`;
}

function limitText({ limit }: PolicySettings): string {
  if (limit === false) return 'off';
  if (limit.kind === 'adaptive') return `adaptive, never below ${limit.minConcurrency} in flight`;
  return `${limit.concurrency} in flight, ${limit.queue} waiting for up to ${ms(limit.maxQueueMs)}`;
}

function timeoutText({ timeouts }: PolicySettings): string {
  const parts = [
    timeouts.attemptMs === undefined ? undefined : `${ms(timeouts.attemptMs)} per attempt`,
    timeouts.totalMs === undefined ? undefined : `${ms(timeouts.totalMs)} per call`,
  ].filter((part) => part !== undefined);
  return parts.join(', ') || "the client's own";
}

function idempotencyText({ idempotency }: PolicySettings): string {
  if (idempotency === false) return 'no keys';
  return `a key of its own for each ${[...idempotency.methods].join(', ')}, in ${idempotency.header}`;
}

function ms(value: number | undefined): string {
  if (value === undefined) return 'an unknown time';
  if (value === Number.POSITIVE_INFINITY) return 'any time';
  return value >= 1_000 ? `${round(value / 1_000)} s` : `${round(value)} ms`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
