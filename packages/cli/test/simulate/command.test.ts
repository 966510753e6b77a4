import type { Scenario } from '@breakwater/simulator';
import { afterAll, describe, expect, test } from '@jest/globals';
import { breakwater, directoryWith, inProcess } from '../migrate/breakwater.js';
import { shownOn } from '../screen.js';

/** Half of the requests fail for two seconds. */
const HALF: Scenario = {
  servers: { server: { serviceMs: { kind: 'exponential', meanMs: 20 } } },
  clients: { client: { traffic: { kind: 'poisson', perSecond: 50 }, timeoutMs: 1_000 } },
  phases: [
    { name: 'before', ms: 1_000 },
    { name: 'trouble', ms: 2_000, servers: { server: { faults: [{ kind: 'status', status: 503, share: 0.5 }] } } },
    { name: 'after', ms: 2_000 },
  ],
};

const folder = directoryWith({
  'half.json': JSON.stringify(HALF),
  'half.ts': `export const half = ${JSON.stringify(HALF)} as const;`,
  'two.ts': 'export const one = {}; export const two = {};',
  'bad.json': JSON.stringify({ ...HALF, clients: { client: { ...HALF.clients.client, timeoutMs: -1 } } }),
  'bad.ts': 'export default { clients: {}, phases: [] };',
  'broken.json': '{',
  'own-bad.json': JSON.stringify({
    ...HALF,
    clients: { client: { ...HALF.clients.client, policy: { retry: { maxRetries: -1 } } } },
  }),
  'policy.json': '{}',
  'patient.json': '{ "retry": { "maxRetries": 0 }, "breaker": false, "limit": false }',
  'bad-policy.json': '{ "retry": { "maxRetries": -1 } }',
});
afterAll(() => folder.remove());

interface Report {
  readonly seeds: readonly number[];
  readonly policies: readonly {
    readonly name: string;
    readonly mean: Record<'success' | 'attemptsPerCall' | 'logLines', number> & { readonly phases: unknown[] };
    readonly runs: readonly { readonly success: number }[];
  }[];
}

async function figures(...args: readonly string[]): Promise<Report> {
  const { code, stderr, stdout } = await inProcess(folder.path, ['simulate', ...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

test('prints what happens to calls and servers, as a process of its own', async () => {
  const { code, stderr, stdout } = await breakwater(folder.path, ['simulate', 'half.json', '--compare', 'none,naive']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Simulation of half\.json\n/);
  for (const title of [
    'What happens to calls',
    'What happens to servers',
    'Answered, by phase',
    'Answered over time',
  ]) {
    expect(stdout).toContain(`\n${title}\n`);
  }
  expect(stdout).toMatch(/^ {2}naive {5}[▁▂▃▄▅▆▇█·]{60}$/m);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
}, 60_000);

test('the same seed gives the same figures, from JSON and from a module, and another seed others', async () => {
  const json = await figures('half.json', '--seed', '7');
  expect({ ...(await figures('half.ts', '--seed', '7')), scenario: '' }).toEqual({ ...json, scenario: '' });
  const [other] = (await figures('half.json', '--seed', '8')).policies;
  expect(other?.mean).not.toEqual(json.policies[0]?.mean);
});

test('compares policies in the order in which they are named, its own first', async () => {
  const { policies } = await figures('half.json', '--policy', 'patient.json', '--compare', 'defaults,none,policy.json');
  expect(policies.map(({ name }) => name)).toEqual(['patient.json', 'defaults', 'none', 'policy.json']);
  const [patient, defaults, none, empty] = policies;
  // Without retries, breaker and limit there is nothing between the client and its server.
  expect(patient?.mean).toEqual(none?.mean);
  // A file without options is the defaults.
  expect(empty?.mean).toEqual(defaults?.mean);
  expect(defaults?.mean.success).toBeGreaterThan(none?.mean.success ?? 1);
  expect(defaults?.mean.attemptsPerCall).toBeGreaterThan(1);
});

test('--policy-for gives a client a policy of its own, whatever is compared', async () => {
  const { policies } = await figures(
    'layers',
    '--policy-for',
    'stock-to-database=none',
    '--policy-for',
    'shop=patient.json',
  );
  const own = (await figures('layers')).policies;
  expect(policies.map(({ name }) => name)).toEqual(['defaults', 'none']);
  // Only what lies between is compared: it retries what the last layer does not.
  expect(policies[0]?.mean.attemptsPerCall).toBeGreaterThan(policies[1]?.mean.attemptsPerCall ?? 99);
  expect(policies[0]?.mean.attemptsPerCall).toBeLessThan(own[0]?.mean.attemptsPerCall ?? 0);
  expect(policies[1]?.mean).toEqual(own[1]?.mean);
});

test('sweeps an option of the policy, which stays as it is otherwise', async () => {
  const { policies } = await figures('half.json', '--policy', 'policy.json', '--sweep', 'retry.maxRetries=0..3');
  const names = [0, 1, 2, 3].map((retries) => `maxRetries ${retries}`);
  expect(policies.map(({ name }) => name)).toEqual(['policy.json', ...names, 'none']);
  const attempts = policies.map(({ mean }) => mean.attemptsPerCall);
  expect(attempts[1]).toBe(1);
  expect(attempts[2]).toBeGreaterThan(1);
  // Three retries are the default.
  expect(policies[4]?.mean).toEqual(policies[0]?.mean);
});

test('several seeds are played one by one, and their figures are means', async () => {
  const { policies, seeds } = await figures('half.json', '--seeds', '1-3,9');
  expect(seeds).toEqual([1, 2, 3, 9]);
  const runs = policies[0]?.runs ?? [];
  expect(runs).toHaveLength(4);
  expect(policies[0]?.mean.success).toBeCloseTo(runs.reduce((sum, { success }) => sum + success, 0) / 4, 12);
});

test('shows progress on a terminal only, and removes it', async () => {
  const onTerminal = await shownOn({ isTTY: true, columns: 100, cwd: folder.path }, 'simulate', 'half.json');
  expect(onTerminal.stderr).toContain('half.json: none, seed 1');
  expect(onTerminal.stderr.endsWith('\r\u001b[2K')).toBe(true);
  expect((await shownOn({ cwd: folder.path }, 'simulate', 'half.json')).stderr).toBe('');
});

describe('bad input is refused by an error that names file, path, rule and value', () => {
  test.each<[string[], string]>([
    [['bad.json'], 'bad.json: clients.client.timeoutMs must be a finite number > 0, got -1'],
    [['bad.ts'], 'bad.ts: phases must have at least 1 entries, got 0'],
    [['two.ts'], 'two.ts must export one scenario, as default or by any name, got one, two'],
    [['broken.json'], 'broken.json'],
    [['nowhere.json'], 'nowhere.json: there is no such file'],
    [['brownot'], 'there is no scenario "brownot"; give a file, or one of blip, brownout'],
    [['half.json', '--policy', 'bad-policy.json'], 'bad-policy.json: retry.maxRetries must be an integer >= 0, got -1'],
    [['half.json', '--compare', 'nobody'], '--compare must name files or some of defaults, none'],
    [['half.json', '--policy-for', 'client'], '--policy-for must be <client>=<policy>, got "client"'],
    [['half.json', '--policy-for', 'shop=none'], '--policy-for must name one of the clients client, got "shop"'],
    [['half.json', '--policy-for', 'client=nobody'], '--policy-for must give a file or one of defaults, none'],
    [['half.json', '--policy-for', 'client=bad-policy.json'], 'bad-policy.json: retry.maxRetries must be an integer'],
    [['own-bad.json'], 'own-bad.json: clients.client.policy.retry.maxRetries must be an integer >= 0, got -1'],
    [['half.json', '--seed', '1', '--seeds', '1-3'], 'give --seed or --seeds, not both'],
    [['half.json', '--seed', '1-3'], 'Several seeds are for --seeds.'],
    [['half.json', '--seeds', '3-1'], 'It must be whole numbers'],
    [['half.json', '--sweep', 'openMs=1'], '--sweep must be <option>=<from>..<to>'],
    [['half.json', '--sweep', 'retry.openMs=1..2'], '--sweep: retry.openMs'],
    [['half.json', '--seeds', 'all'], 'It must be whole numbers'],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await inProcess(folder.path, ['simulate', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
