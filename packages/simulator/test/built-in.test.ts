import { readFileSync } from 'node:fs';
import { builtInScenarios, checkScenario, type Scenario, simulate } from '@breakwater/simulator';
import { describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const scenarioNamed = (name: string): Scenario => {
  const found = builtInScenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`there is no scenario ${name}`);
  return found;
};

test('the README names them all, in their order', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, list = ''] = /`builtInScenarios` has ([\s\S]*?)\./.exec(readme) ?? [];
  expect([...list.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name)).toEqual(builtInScenarios.map(({ name }) => name));
});

describe.each(builtInScenarios)('$name', (scenario) => {
  test('is the same after a round trip through JSON', () => {
    expect(checkScenario(JSON.parse(JSON.stringify(scenario)))).toEqual(scenario);
  });

  test('plays, with a policy and without', async () => {
    for (const policy of ['none', {}] as const) {
      const { calls, unfinished } = (await simulate(scenario, { policy })).figures();
      expect(calls).toBeGreaterThan(100);
      expect(unfinished).toBe(0);
    }
  });
});

test('retries multiply over layers, and a budget at each layer keeps them in bounds', async () => {
  const attempts = async (policy: object): Promise<number> => {
    const result = await simulate(scenarioNamed('layers'), { policy });
    const at = (client: string): number => result.figures({ client, phase: 'trouble' }).attempts;
    return at('stock-to-database') / result.figures({ client: 'shop', phase: 'trouble' }).calls;
  };
  const retry = { backoff: { kind: 'constant', baseMs: 1, jitter: 'none' }, statuses: [502, 503] };
  const unbounded = await attempts({ retry, budget: false, breaker: false, limit: false });
  // 1 + 1/2 + 1/4 + 1/8 attempts for a call to the database, and the layers above repeat what fails even so.
  expect(unbounded).toBeGreaterThan(1.9);
  const bounded = await attempts({
    retry,
    budget: { ratio: 0.2, minRetriesPerSecond: 0 },
    breaker: false,
    limit: false,
  });
  expect(bounded).toBeLessThan(1.2 ** 3 + 0.02);
});

test('immediate retries keep the small server of the metastable scenario down; without retries it recovers', async () => {
  const naive = {
    retry: { maxRetries: 2, backoff: { kind: 'constant', baseMs: 0, jitter: 'none' } },
    budget: false,
    breaker: false,
    limit: false,
  } as const;
  const last = async (policy: 'none' | object): Promise<number> => {
    const late = { calls: 0, answered: 0 };
    await simulate(scenarioNamed('metastable'), {
      policy,
      onCall: ({ startedMs, end }) => {
        if (startedMs < 65_000) return;
        late.calls += 1;
        if (end === 'answered') late.answered += 1;
      },
    });
    return late.answered / late.calls;
  };
  expect(await last(naive)).toBeLessThan(0.05);
  expect(await last('none')).toBeGreaterThan(0.95);
});

test('a layer keeps the policy that the scenario gives it, whatever is compared', async () => {
  const scenario = builtInScenarios.find(({ name }) => name === 'layers') as Scenario;
  const clients = {
    ...scenario.clients,
    'stock-to-database': { ...scenario.clients['stock-to-database'], policy: 'none' },
  };
  const attemptsOf = async (own: Scenario, policy: 'none' | object) => {
    const result = await simulate({ ...own, phases: own.phases.slice(0, 2) }, { policy });
    const per = (client: string) => result.figures({ client }).attempts / result.figures({ client }).calls;
    return { shop: per('shop'), database: per('stock-to-database') };
  };
  const own = { ...scenario, clients } as Scenario;
  const all = await attemptsOf(scenario, {});
  expect(all.database).toBeGreaterThan(1.05);
  const mixed = await attemptsOf(own, {});
  expect(mixed.database).toBe(1);
  expect(mixed.shop).toBeGreaterThan(1.05);
  // Options are taken, too.
  const withOptions = { ...clients['stock-to-database'], policy: { retry: { maxRetries: 1 } } };
  const options = await attemptsOf(
    { ...own, clients: { ...clients, 'stock-to-database': withOptions } } as Scenario,
    'none',
  );
  expect(options.shop).toBe(1);
  expect(options.database).toBeGreaterThan(1.05);
});
