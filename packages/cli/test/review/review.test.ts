import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPolicy, type PolicySnapshot } from '@breakwater/core';
import { ManualClock, scripted } from '@breakwater/core/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runBreakwater } from '../../src/program.js';

const readme = join(import.meta.dirname, '../../README.md');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'review-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

async function review(...given: readonly (string | number)[]): Promise<Ran> {
  const args = given.filter((arg) => typeof arg === 'string');
  const columns = given.find((arg) => typeof arg === 'number') ?? 100;
  const ran = { out: '', err: '', code: 0 };
  await runBreakwater(['review', ...args], {
    stdout: { write: (text) => (ran.out += text), columns },
    stderr: { write: (text) => (ran.err += text) },
    env: {},
    cwd: folder,
    setExitCode: (code) => {
      ran.code = code;
    },
  });
  return ran;
}

async function fileOf(name: string, content: unknown): Promise<string> {
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

/** Returns the snapshot of a policy that observed calls with these statuses, by key. */
async function observed(calls: Readonly<Record<string, readonly number[]>>, name = 'billing'): Promise<PolicySnapshot> {
  const clock = new ManualClock();
  const policy = createPolicy({
    name,
    mode: 'observe',
    clock,
    limit: false,
    breaker: { consecutiveFailures: 3, consecutiveForMs: 0, minimumCalls: 100 },
  });
  for (const [key, statuses] of Object.entries(calls)) {
    for (const status of statuses) await policy.execute(scripted([{ status }]), { key });
  }
  return policy.snapshot();
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

describe('breakwater review', () => {
  it('reports what would have happened, the keys with the most failures first', async () => {
    const snapshot = await observed({
      api: [...times(19, 200), 500],
      ledger: [...times(5, 500), 200],
    });
    expect(await review(await fileOf('one.json', snapshot))).toEqual({
      err: '',
      code: 0,
      out: `What would have happened

Policy "billing" (observe), 1 snapshot
  seen      26 calls, of which 6 failed (23.1 %).
            Retries of axios-retry and retry-axios are not counted as calls. Those of other code on
            these clients are.
  retries   3 failed attempts would have been followed by a retry, which would have saved about 1
            call.
  refusals  3 attempts would have been refused: 2 that failed anyway, and 1 that the server answered
            well.
  load      The servers would have had as much to do as they had.
  next      Enforced as it is, the policy would cost more calls than it saves: look at the keys with
            good attempts refused, at what counts as a failure there (isFailure), and whether the
            key is too coarse.
         │       │        │       │         │ of them │
  key    │ calls │ failed │ saved │ refused │    good │    load
 ────────┼───────┼────────┼───────┼─────────┼─────────┼─────────
  ledger │     6 │      5 │     0 │       3 │       1 │ -16.7 %
  api    │    20 │      1 │  0.95 │       0 │       0 │    +5 %
`,
    });
  });

  it('counts a call once if another library has repeated it', async () => {
    const policy = createPolicy({ name: 'billing', mode: 'observe', clock: new ManualClock(), limit: false });
    const call = (status: number, repeats: boolean) => policy.execute(scripted([{ status }]), { key: 'api', repeats });
    for (const status of [200, 200, 503]) await call(status, false);
    for (const status of [503, 200]) await call(status, true);
    await call(503, false);
    await call(503, true);
    const { out } = await review(await fileOf('repeats.json', policy.snapshot()));
    expect(out).toMatch(/seen +4 calls, of which 1 failed \(25 %\)\. Another library made 3 retries\./);
    expect(out).toMatch(/api │ +4 │ +1 │/);
  });

  it('prints what its README shows', async () => {
    const shown = /```text\n(What would have happened[^`]*)```/.exec(await readFile(readme, 'utf8'))?.[1];
    const snapshot = await observed({ api: [200, 200, 200, 503] });
    expect((await review(await fileOf('readme.json', snapshot), 80)).out).toBe(shown);
  });

  it('sums up the snapshots of several processes, and keeps policies apart', async () => {
    const one = await fileOf('a.json', await observed({ api: [...times(9, 200), 500] }));
    const two = await fileOf('b.json', [
      await observed({ api: [...times(10, 200)], db: [200] }),
      await observed({ api: [200] }, 'mail'),
    ]);
    const { out } = await review(one, two, '--json');
    expect(JSON.parse(out)).toEqual([
      {
        policy: 'billing',
        snapshots: 2,
        modes: ['observe'],
        enforced: { calls: 0, retries: 0, saved: 0, rejected: 0 },
        total: expect.objectContaining({ calls: 21, failed: 1, retries: 1, saved: 0.9, extraLoad: 1 / 21 }),
        keys: [
          expect.objectContaining({ key: 'api', calls: 20, failed: 1, extraLoad: 0.05 }),
          expect.objectContaining({ key: 'db', calls: 1, failed: 0, extraLoad: 0 }),
        ],
      },
      expect.objectContaining({ policy: 'mail', snapshots: 1 }),
    ]);
  });

  it('suggests to enforce a share if the retries save more than the refusals cost', async () => {
    const { out } = await review(await fileOf('good.json', await observed({ api: [...times(9, 200), 500] })));
    expect(out).toContain('policy.update({ mode: "enforce", enforceRate: 0.1 })');
  });

  it('reports that nothing was called', async () => {
    const policy = createPolicy({ mode: 'enforce' });
    const { out, code } = await review(await fileOf('none.json', policy.snapshot()));
    expect(out).toContain('Nothing was observed');
    expect(code).toBe(0);
  });

  it('reports what an enforced policy saved and refused, beside what it would have done with the observed calls', async () => {
    const breaker = { consecutiveFailures: 2, consecutiveForMs: 0, minimumCalls: 100 };
    const policy = createPolicy({ breaker, retry: { backoff: () => 0 } });
    const call = (statuses: readonly number[]) => policy.execute(scripted(statuses.map((status) => ({ status }))));
    await call([503, 200]);
    await call([200]);
    await call([503, 503]);
    await expect(call([200])).rejects.toMatchObject({ code: 'ERR_CIRCUIT_OPEN' });
    const enforced = await review(await fileOf('enforced.json', policy.snapshot()));
    expect(enforced.out).toContain('  enforced  4 calls: 2 retries made, which saved 1 call; 1 attempt refused.\n');
    expect(enforced.out).not.toContain('observed');

    const both = [policy.snapshot(), { ...(await observed({ api: [200, 200] })), policy: 'default' }];
    const { out } = await review(await fileOf('both.json', both));
    expect(out).toContain('  enforced  4 calls: 2 retries made, which saved 1 call; 1 attempt refused.\n');
    expect(out).toContain('  seen      2 calls, of which 0 failed');
  });

  it('shows each key in full, so that no two look alike', async () => {
    const host = 'https://payments.internal.a-very-long-name.example.com:8443';
    const snapshot = await observed({ [`${host}/one`]: [200], [`${host}/two`]: [200] });
    const { out } = await review(await fileOf('long.json', snapshot), 80);
    const column = out.split('\n').flatMap((line) => (line.includes('│') ? [line.split('│')[0]?.trim()] : []));
    expect(column.join('')).toContain(`${host}/two${host}/one`);
  });

  it('shows twenty keys and counts the others', async () => {
    const keys = Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`key-${index}`, [200]]));
    const { out } = await review(await fileOf('many.json', await observed(keys)));
    expect(out.match(/key-\d+/g)).toHaveLength(20);
    expect(out).toContain('3 keys with fewer failures not shown.');
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['text.json', 'no', 'text.json is no JSON'],
    ['list.json', [1], 'list.json must be what policy.snapshot() gives, as JSON, or an array of that'],
    ['other.json', { policy: 'a', mode: 'observe', keys: {} }, 'it has no totals'],
    [
      'broken.json',
      { policy: 'a', mode: 'observe', totals: { observed: { calls: -1 } }, keys: {} },
      'broken.json: totals.observed.calls must be a number >= 0',
    ],
    [
      'key.json',
      { policy: 'a', mode: 'observe', totals: {}, keys: { 'a"b': { observed: 'x' } } },
      'key.json: keys["a\\"b"].observed.calls must be a number >= 0',
    ],
  ];
  it.each(bad)('refuses %s', async (name, content, message) => {
    const { err, code } = await review(await fileOf(name, content));
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  it('refuses a file that is not there, and no file at all', async () => {
    expect(await review('nowhere.json')).toMatchObject({ code: 2, err: expect.stringContaining('cannot be read') });
    expect(await review()).toMatchObject({
      code: 2,
      err: expect.stringContaining("missing required argument 'snapshot'"),
    });
  });
});
