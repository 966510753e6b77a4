import type { PolicyOptions } from '@breakwater/core';
import type { Scenario } from '@breakwater/simulator';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/simulate/outcome.js';
import { Bench } from '../../src/simulate/recommend/bench.js';
import { goalsIn } from '../../src/simulate/recommend/goals.js';
import { recommend } from '../../src/simulate/recommend/recommendation.js';
import { directoryWith, inProcess } from '../migrate/breakwater.js';

const SCENARIO: Scenario = {
  clients: { client: { traffic: { kind: 'poisson', perSecond: 25 }, timeoutMs: 1_000 } },
  phases: [{ name: 'all', ms: 2_000, servers: { server: { faults: [{ kind: 'hang', share: 0.2 }] } } }],
};

describe('a search, on outcomes that are known', () => {
  test('chooses the change that meets a goal, with its reason and its price', async () => {
    const found = await recommendWith(({ retry }) => {
      const retries = retriesOf(retry);
      return { success: 0.9 + 0.02 * Math.min(retries, 4), attemptsPerCall: 1 + 0.1 * retries };
    }, 'success>97%,p95<1s');
    expect(found).toMatchObject({ verdict: 'change', reason: 'meets-all', dropped: [] });
    expect(found.changes).toEqual([
      {
        option: 'retry.maxRetries',
        // Six retries answer as much, and cost more.
        value: 4,
        from: 3,
        met: [
          {
            scenario: 'a',
            what: 'success>97%',
            figure: 'success',
            before: expect.closeTo(0.96),
            after: expect.closeTo(0.98),
          },
        ],
        closer: [],
        tradeOffs: [
          {
            scenario: 'a',
            what: 'attempts',
            figure: 'attempts',
            before: expect.closeTo(1.3),
            after: expect.closeTo(1.4),
          },
        ],
      },
    ]);
    expect(found.checks).toMatchObject([
      { what: 'success>97%', metBefore: false, metAfter: true, uncertainty: expect.closeTo(0) },
      { what: 'p95<1s', metBefore: true, metAfter: true },
    ]);
  });

  test('changes several options if they are needed, and no others', async () => {
    const found = await recommendWith(({ budget, retry }) => {
      const isBoth = retriesOf(retry) === 1 && ratioOf(budget) === 0.4;
      const isOne = retriesOf(retry) === 1 || ratioOf(budget) === 0.4;
      return { success: isBoth ? 0.99 : isOne ? 0.95 : 0.9 };
    }, 'success>98%');
    expect(found.reason).toBe('meets-all');
    expect(found.changes.map(({ option, value }) => [option, value]).sort()).toEqual([
      ['budget.ratio', 0.4],
      ['retry.maxRetries', 1],
    ]);
  });

  test('reports that it comes closer if a goal stays out of reach', async () => {
    const found = await recommendWith(({ retry }) => ({ success: 0.8 + 0.01 * retriesOf(retry) }), 'success>99%');
    expect(found).toMatchObject({ verdict: 'change', reason: 'closer', checks: [{ metAfter: false }] });
    expect(found.changes).toMatchObject([
      { option: 'retry.maxRetries', value: 6, met: [], closer: [{ what: 'success>99%' }] },
    ]);
  });

  test('keeps the defaults if they meet all goals, if no change is better, or if one is better only by luck', async () => {
    expect(await recommendWith(() => ({ success: 0.995 }), 'success>99%')).toMatchObject({
      verdict: 'keep',
      reason: 'meets-all',
      tried: 0,
    });
    const none = await recommendWith(() => ({ success: 0.5 }), 'success>99%');
    expect(none).toMatchObject({ verdict: 'keep', reason: 'nothing-better', changes: [] });
    expect(none.tried).toBeGreaterThan(40);
    const luck = await recommendWith(
      ({ retry }, seed) => ({ success: seed <= 2 && retriesOf(retry) === 1 ? 0.95 : 0.9 }),
      'success>99%',
    );
    expect(luck).toMatchObject({
      verdict: 'keep',
      reason: 'not-confirmed',
      dropped: [{ option: 'retry.maxRetries', value: 1 }],
    });
  });
});

test('a search that does not begin with the defaults reports what they reach, and if they are best', async () => {
  const start: PolicyOptions = { retry: { maxRetries: 1 } };
  const outcomeOf = ({ budget, retry }: PolicyOptions) => ({
    success: retriesOf(retry) === 3 ? 0.97 : ratioOf(budget) === 0.4 ? 0.95 : 0.9,
  });
  const other = await recommendWith(outcomeOf, 'success>99%', { start, defaults: {} });
  // The search itself comes to three retries.
  expect(other).toMatchObject({ verdict: 'change', checks: [{ defaults: expect.closeTo(0.97) }] });
  const asDefaults = ({ budget, retry }: PolicyOptions) => ({
    success: retry === undefined && budget === undefined ? 0.995 : 0.9,
  });
  const best = await recommendWith(asDefaults, 'success>99%', { start, defaults: {} });
  expect(best).toMatchObject({ verdict: 'defaults', reason: 'meets-all', changes: [] });
  expect(best.checks).toMatchObject([{ metBefore: false, metAfter: true, after: expect.closeTo(0.995) }]);
  expect((await recommendWith(asDefaults, 'success>99%', { start })).verdict).toBe('keep');
});

describe('breakwater simulate --recommend', () => {
  const folder = directoryWith({
    'hangs.json': JSON.stringify(SCENARIO),
    'calm.json': JSON.stringify({ ...SCENARIO, phases: [{ name: 'all', ms: 2_000 }] }),
    'policy.json': '{ "budget": { "ratio": 1 } }',
  });
  afterAll(() => folder.remove());
  const simulate = (...args: readonly string[]) => inProcess(folder.path, ['simulate', ...args]);

  test('finds a time limit for servers that hang, and proves it with other seeds', async () => {
    const { code, stdout } = await simulate(
      'hangs.json',
      '--policy',
      'policy.json',
      '--recommend',
      '--for',
      'p95<800ms',
      '--seeds',
      '1-2',
      '--json',
    );
    const report = JSON.parse(stdout);
    expect({ code, ...report }).toMatchObject({
      code: 0,
      schema: 1,
      scenarios: ['hangs.json'],
      start: 'policy.json',
      seeds: [1, 2],
      heldOut: [3, 4, 5, 6],
      verdict: 'change',
      reason: 'meets-all',
      checks: [{ scenario: 'hangs.json', what: 'p95<800ms', metBefore: false, metAfter: true }],
    });
    expect(Object.keys(report.policy)).toEqual(['timeouts']);
    const args = ['hangs.json', '--policy', 'policy.json', '--recommend', '--for', 'success>10%', '--seed', '1'];
    const text = (await simulate(...args)).stdout;
    expect(text).toContain('Keep policy.json: it is best. Every goal is met.');
    expect(text).toMatch(/The defaults reach [\d.]+ % for success>10% in hangs\.json\./);
  });

  test('prints verdict, options, reasons and the goals', async () => {
    const { stdout } = await simulate(
      'hangs.json',
      'calm.json',
      '--recommend',
      '--for',
      'p95<800ms,success>90%',
      '--seed',
      '1',
    );
    for (const text of [
      /^Settings for p95<800ms, success>90%\n/,
      /of the defaults meets? every goal/,
      /\nOptions\n {2}\{ /,
      /instead of none\./,
      /Meets p95<800ms in hangs\.json \(\d\.\d+ s -> \d+ ms\)/,
      /judged with\s+seeds\s+2, 3, 4 and 5/,
      /\n {2}calm\.json +│ +success>90% │ +100 % │ +100 % │ +0 ± 0 points │ yes\n/,
    ])
      expect(stdout).toMatch(text);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await simulate('calm.json', '--recommend', '--for', 'success>90%')).stdout).toContain(
      'Keep the defaults: they are best. Every goal is met.',
    );
  });

  test.each<[string[], string]>([
    [['calm.json', '--recommend'], '--recommend needs goals: --for "p95<800ms,success>99%"'],
    [['calm.json', '--for', 'p95<1s'], '--for is for --recommend, got "p95<1s"'],
    [
      ['calm.json', '--recommend', '--for', 'p95<1'],
      '--for must compare p95 with a time > 0 in ms, s or min, got "p95<1"',
    ],
    [
      ['calm.json', '--recommend', '--for', 'p95<1s', '--compare', 'none'],
      '--recommend finds the policies by itself, without --compare',
    ],
    [['calm.json', 'nowhere.json', '--recommend', '--for', 'p95<1s'], 'nowhere.json: there is no such file'],
    [['calm.json', 'hangs.json'], 'several scenarios are for --recommend, got calm.json, hangs.json'],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await simulate(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

/** A recommendation for two seeds, where a function of the policy and the seed is what a simulation would give. */
function recommendWith(
  outcomeOf: (policy: PolicyOptions, seed: number) => Partial<Outcome>,
  goals: string,
  others: { readonly start?: PolicyOptions; readonly defaults?: PolicyOptions } = {},
) {
  const players = {
    play: async (tasks: readonly { policy: unknown; seed: number }[]) =>
      tasks.map(({ policy, seed }) => ({ ...GOOD, ...outcomeOf(policy as PolicyOptions, seed) })),
    close: async () => {},
  };
  const bench = new Bench([{ name: 'a', scenario: SCENARIO }], players);
  return recommend(bench, { start: {}, ...others, goals: goalsIn(goals), seeds: [1, 2], heldOut: [3, 4] });
}

const GOOD: Outcome = {
  calls: 100,
  success: 1,
  failed: 0,
  refused: 0,
  p50Ms: 10,
  p95Ms: 20,
  p99Ms: 30,
  attemptsPerCall: 1,
  peakPerSecond: 10,
  recoveryMs: 0,
  logLines: 0,
  phases: [],
  clients: [],
  series: { columnMs: 1, calls: [], answered: [], refused: [], attempts: [] },
};

function retriesOf(retry: PolicyOptions['retry']): number {
  return typeof retry === 'object' ? (retry.maxRetries ?? 3) : 3;
}

function ratioOf(budget: PolicyOptions['budget']): number {
  return typeof budget === 'object' ? (budget.ratio ?? 0.2) : 0.2;
}
