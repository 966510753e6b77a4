import { createPolicy, type PolicyOptions, presets } from '@breakwater/core';
import { describe, expect, it, test } from '@jest/globals';
import { waitsOf } from '../../src/explain/waits.js';
import { type Warning, type WarningId, warningIds } from '../../src/explain/warning.js';
import { warningsOf } from '../../src/explain/warnings.js';

function allWarnings(options: PolicyOptions, callsPerSecond?: number, clientTimeoutMs?: number): Warning[] {
  const { settings } = createPolicy(options);
  return warningsOf({ settings, waits: waitsOf(settings), callsPerSecond, clientTimeoutMs });
}

/** Without the one that every policy without timeouts gets. */
function warnings(options: PolicyOptions, callsPerSecond?: number): Warning[] {
  return allWarnings(options, callsPerSecond).filter(({ id }) => id !== 'no-timeout');
}

function ids(options: PolicyOptions, callsPerSecond?: number): WarningId[] {
  return warnings(options, callsPerSecond).map(({ id }) => id);
}

interface Case {
  readonly id: WarningId;
  readonly option: string;
  readonly warns: PolicyOptions;
  readonly doesNot: PolicyOptions;
  readonly rate?: number;
}

const steady = { kind: 'constant', baseMs: 1_000, jitter: 0.25 } as const;
const run = { failureRate: false } as const;

const cases: readonly Case[] = [
  {
    id: 'no-jitter',
    option: 'retry.backoff.jitter',
    warns: { retry: { backoff: { jitter: 'none' } } },
    doesNot: { retry: { backoff: { jitter: 0.1 } } },
  },
  {
    id: 'no-jitter',
    option: 'retry.backoff.jitter',
    warns: { retry: { backoff: { jitter: 0 } } },
    doesNot: { retry: { backoff: { kind: 'decorrelated', jitter: 'none' } } },
  },
  {
    id: 'no-delay',
    option: 'retry.backoff.baseMs',
    warns: { retry: { backoff: { baseMs: 0 } } },
    doesNot: { retry: { backoff: { baseMs: 1 } } },
  },
  {
    id: 'no-timeout',
    option: 'timeouts.attemptMs',
    warns: { retry: false },
    doesNot: { timeouts: { totalMs: 5_000 } },
  },
  {
    id: 'unsafe-methods',
    option: 'retry.methods',
    warns: { retry: { methods: ['GET', 'post'] } },
    doesNot: { retry: { methods: ['GET', 'post'] }, idempotency: {} },
  },
  {
    id: 'unsafe-methods',
    option: 'retry.methods',
    warns: { retry: { methods: ['PATCH'] }, idempotency: { methods: ['POST'] } },
    doesNot: { retry: { methods: ['PROPFIND'] } },
  },
  {
    id: 'pointless-statuses',
    option: 'retry.statuses',
    warns: { retry: { statuses: [503, 404] } },
    doesNot: { retry: { statuses: [503, 409, 423] } },
  },
  {
    id: 'pointless-statuses',
    option: 'retry.statuses',
    warns: { retry: { statuses: [501] } },
    doesNot: { retry: { statuses: [500, 507, 599] } },
  },
  {
    id: 'ignores-retry-after',
    option: 'retry.respectRetryAfter',
    warns: { retry: { respectRetryAfter: false } },
    doesNot: { retry: { respectRetryAfter: true } },
  },
  {
    id: 'retries-past-deadline',
    option: 'timeouts.totalMs',
    warns: { timeouts: { attemptMs: 2_000, totalMs: 2_000 } },
    doesNot: { timeouts: { attemptMs: 2_000, totalMs: 2_000 }, retry: false },
  },
  {
    id: 'retries-past-deadline',
    option: 'timeouts.totalMs',
    warns: { timeouts: { attemptMs: 1_000, totalMs: 6_999 }, retry: { backoff: steady } },
    doesNot: { timeouts: { attemptMs: 1_000, totalMs: 7_000 }, retry: { backoff: steady } },
  },
  {
    id: 'retries-past-deadline',
    option: 'timeouts.totalMs',
    warns: { timeouts: { totalMs: 3_000 }, retry: { backoff: { ...steady, jitter: 'equal', baseMs: 2_000 } } },
    doesNot: { timeouts: { totalMs: 6_001 }, retry: { backoff: { ...steady, jitter: 'equal', baseMs: 2_000 } } },
  },
  {
    id: 'retries-past-max-elapsed',
    option: 'retry.maxElapsedMs',
    warns: { timeouts: { attemptMs: 1_000 }, retry: { backoff: steady, maxElapsedMs: 5_999 } },
    doesNot: { timeouts: { attemptMs: 1_000 }, retry: { backoff: steady, maxElapsedMs: 6_000 } },
  },
  { id: 'no-budget', option: 'budget', warns: { budget: false }, doesNot: { budget: false, retry: false } },
  {
    id: 'budget-too-large',
    option: 'budget.ratio',
    warns: { budget: { ratio: 1 } },
    doesNot: { budget: { ratio: 0.5 } },
  },
  {
    id: 'budget-allows-nothing',
    option: 'budget',
    warns: { budget: { ratio: 0, minRetriesPerSecond: 0.05 } },
    doesNot: { budget: { ratio: 0, minRetriesPerSecond: 0.1 } },
  },
  {
    id: 'no-breaker',
    option: 'breaker',
    warns: { breaker: false, retry: { maxRetries: 4 } },
    doesNot: { breaker: false, retry: { maxRetries: 3 } },
  },
  {
    id: 'breaker-without-rules',
    option: 'breaker',
    warns: { breaker: { consecutiveFailures: false, failureRate: false } },
    doesNot: { breaker: { consecutiveFailures: false, failureRate: false, slowCallMs: 500 } },
  },
  {
    id: 'one-failure-opens',
    option: 'breaker.consecutiveFailures',
    warns: { breaker: { consecutiveFailures: 1 } },
    doesNot: { breaker: { consecutiveFailures: 1, consecutiveForMs: 1_000 } },
  },
  {
    id: 'one-failure-opens',
    option: 'breaker.minimumCalls',
    warns: { breaker: { minimumCalls: 1 } },
    doesNot: { breaker: { minimumCalls: 1, failureRate: false } },
  },
  {
    id: 'minimum-calls-not-met',
    option: 'breaker.minimumCalls',
    warns: { breaker: { failureRate: 0.5 } },
    doesNot: { breaker: { failureRate: 0.5, minimumCalls: 10 } },
    rate: 0.5,
  },
  {
    id: 'window-too-short',
    option: 'breaker.window.ms',
    warns: { breaker: { ...run, window: { kind: 'time', ms: 1_000 } } },
    doesNot: { breaker: { ...run, window: { kind: 'time', ms: 3_000 } } },
    rate: 0.5,
  },
  {
    id: 'window-too-short',
    option: 'breaker.window.kind',
    warns: { breaker: { ...run, window: { kind: 'count', size: 20 } } },
    doesNot: { breaker: { ...run, window: { kind: 'time', ms: 300_000 } } },
    rate: 0.01,
  },
  {
    id: 'open-outlasts-calls',
    option: 'breaker.openMs',
    warns: { retry: { maxElapsedMs: 10_000 }, breaker: { openMs: 10_001 } },
    doesNot: { retry: { maxElapsedMs: 10_000 }, breaker: { openMs: 10_000 } },
  },
  {
    id: 'many-probes',
    option: 'breaker.probes',
    warns: { breaker: { probes: 11 } },
    doesNot: { breaker: { probes: 10 } },
  },
];

test.each(cases.map((one, index) => [`${one.id} (${index + 1})`, one] as const))(
  '%s warns about a harmful policy, and not about a harmless one',
  (_, { id, option, warns, doesNot, rate }) => {
    const found = allWarnings(warns, rate).find((warning) => warning.id === id);
    expect(found).toMatchObject({ option });
    expect(allWarnings(doesNot, rate).map((warning) => warning.id)).not.toContain(id);
  },
);

it('has a case for each warning', () => {
  expect([...new Set(cases.map(({ id }) => id))].sort()).toEqual([...warningIds].sort());
});

it('does not warn about the defaults, at any rate that meets their rules', () => {
  for (const rate of [undefined, 0.7, 1, 100, 5_000]) expect(warnings({}, rate)).toEqual([]);
});

it('warns about the costs of the presets for slow starts and for batches, and not about the others', () => {
  const found = Object.entries(presets).map(([name, preset]) => [name, ids(preset)]);
  expect(Object.fromEntries(found)).toEqual({
    standard: [],
    externalApi: [],
    internalService: [],
    batch: ['no-budget', 'no-breaker'],
    coldStart: ['open-outlasts-calls'],
  });
});

it('mentions no rates if none is given', () => {
  expect(ids({ breaker: { ...run, window: { kind: 'time', ms: 1 } } })).toEqual([]);
});

it('mentions no retries if there are none', () => {
  const none = { maxRetries: 0, methods: ['POST'], statuses: [400], backoff: { jitter: 'none' } } as const;
  expect(ids({ retry: none, budget: false, breaker: false, timeouts: { attemptMs: 5, totalMs: 5 } })).toEqual([]);
});

describe('a policy whose retries come too late', () => {
  const textOf = (options: PolicyOptions) => warnings(options).map(({ problem, advice }) => `${problem} ${advice}`);

  it('gets the number that do begin, and a remedy', () => {
    const options = { retry: { backoff: steady }, timeouts: { attemptMs: 1_000, totalMs: 4_500 } } as const;
    expect(textOf(options)).toEqual([
      'Where each attempt runs into its time limit of 1 s, only 2 of 3 retries begin in time: the call ends after 4.5 s. ' +
        'For all retries, timeouts.totalMs has to be 7 s or more. Or lower timeouts.attemptMs or retry.maxRetries.',
    ]);
  });

  it('gets a warning about a retry that would begin with the deadline itself', () => {
    const options = { retry: { backoff: steady }, timeouts: { attemptMs: 1_000, totalMs: 2_000 } } as const;
    expect(textOf(options)[0]).toContain('no retry begins in time: the call ends after 2 s.');
  });

  it('gets a warning about a last one that is cut short', () => {
    const options = { retry: { backoff: steady }, timeouts: { attemptMs: 1_000, totalMs: 6_500 } } as const;
    expect(textOf(options)[0]).toContain('the last retry is cut short: the call ends after 6.5 s.');
  });

  it('gets a warning only about the bound that comes first', () => {
    const options = { retry: { backoff: steady, maxElapsedMs: 3_000 }, timeouts: { attemptMs: 1_000, totalMs: 4_500 } };
    expect(ids(options)).toEqual(['retries-past-max-elapsed']);
  });
});

it("takes the client's own time limit into account", () => {
  const found = (options: PolicyOptions, timeoutMs: number) =>
    allWarnings(options, undefined, timeoutMs).map(({ id, option }) => `${id} ${option}`);
  expect(found({}, 5_000)).toEqual([]);
  // axios with `timeout: 30_000`: an attempt that hangs has used up all the time that retries have.
  expect(found({}, 30_000)).toEqual(['retries-past-max-elapsed retry.maxElapsedMs']);
  expect(found({ timeouts: { attemptMs: 2_000 } }, 30_000)).toEqual([]);
  expect(found({ timeouts: { totalMs: 4_000 } }, 5_000)).toEqual(['retries-past-deadline timeouts.totalMs']);
});
