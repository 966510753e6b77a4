import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyOptions } from '@breakwater/core';
import { afterAll, describe, expect, it, test } from '@jest/globals';
import type { Explanation } from '../../src/explain/explanation.js';
import { directoryWith } from '../migrate/breakwater.js';
import { type Shown, shownOn } from '../screen.js';

const hurtful = { name: 'billing', retry: { backoff: { jitter: 'none' } }, budget: false } as const;
const directory = directoryWith({
  'plain.json': '{}',
  'no-retry.json': '{"retry":false}',
  'bom.json': '\uFEFF{"name":"marked"}',
  'hurtful.json': JSON.stringify(hurtful),
  'negative.json': '{ "retry": { "maxRetries": -1 } }',
  'unknown.json': '{ "retries": 3 }',
  'broken.json': '{ "retry": ',
  'list.json': '[]',
  'null.json': 'null',
  'text.json': '"retry"',
});
afterAll(() => directory.remove());

function explain(...args: readonly string[]): Promise<Shown> {
  return shownOn({ cwd: directory.path }, 'explain', ...args);
}

async function explained(...args: readonly string[]): Promise<Explanation> {
  return JSON.parse((await explain(...args, '--json')).stdout) as Explanation;
}

describe('a JSON file', () => {
  it('is a policy', async () => {
    expect(await explained('plain.json')).toMatchObject({ source: 'plain.json', name: 'default', mode: 'enforce' });
    expect(await explained('bom.json')).toMatchObject({ name: 'marked' });
  });

  test.each([
    ['negative.json', 'negative.json: retry.maxRetries must be an integer >= 0, got -1'],
    ['unknown.json', 'unknown.json: retries is not an option; there are name, instance, mode'],
    ['broken.json', 'broken.json: not JSON: '],
    ['list.json', 'list.json: options must be an object, got an array'],
    ['null.json', 'null.json: options must be an object, got null'],
    ['text.json', 'text.json: options must be an object, got "retry"'],
    ['nowhere.json', 'nowhere.json: there is no such file'],
    ['.', '.: is a directory, not a file'],
  ])('%s: %s', async (file, message) => {
    const { code, stdout, stderr } = await explain(file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error: ${message}`);
  });

  it('is explained as it is written, whatever BREAKWATER_MODE is here', async () => {
    process.env.BREAKWATER_MODE = 'observe';
    try {
      expect((await explained('plain.json')).mode).toBe('enforce');
    } finally {
      delete process.env.BREAKWATER_MODE;
    }
  });
});

it('says that a call makes one attempt if nothing is retried', async () => {
  expect((await explain('no-retry.json')).stdout).toContain('A call makes 1 attempt and');
  expect((await explain('plain.json')).stdout).toContain('A call makes up to 4 attempts and');
});

describe('--json', () => {
  it('has these fields', async () => {
    const { parts, waits, loads, breaker, settings, ...rest } = await explained(
      '--preset',
      'standard',
      '--rate',
      '100',
      '--timeout',
      '5000',
    );
    expect(rest).toEqual({
      schema: 1,
      source: 'preset standard',
      name: 'default',
      mode: 'enforce',
      enforceRate: 1,
      clientTimeoutMs: 5_000,
      worstCase: { attempts: 4, backoffMs: 700, throttledMs: 7_000, askedMs: 30_000, callMs: 35_000 },
      warnings: [],
      ignored: [],
    });
    expect(parts[1]).toEqual({
      part: 'budget',
      title: 'Budget',
      text: '20 % of calls (10 a second with few calls), over 10 s',
    });
    expect(waits[0]).toEqual({
      retry: 1,
      ordinary: { minMs: 0, meanMs: 50, maxMs: 100, meanBy: 'formula', share: 1 },
      throttled: { minMs: 0, meanMs: 500, maxMs: 1_000, meanBy: 'formula', share: 1 },
    });
    expect(loads).toEqual([
      {
        callsPerSecond: 100,
        withoutBudget: { attemptsPerCall: 4, attemptsPerSecond: 400 },
        withBudget: { attemptsPerCall: 1, attemptsPerSecond: 100 },
        savedRetries: 200,
      },
    ]);
    expect(breaker).toMatchObject({
      rules: ['consecutive-failures'],
      trips: [{ rule: 'consecutive-failures', callsPerSecond: 100, afterMs: 2_000 }],
      openTimes: { longest: { failedProbes: 104, minMs: 30_000, maxMs: 33_000 } },
      probesPerSecond: 2,
    });
    expect(settings).toMatchObject({
      retry: { methods: ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY'], shouldRetry: null },
      idempotency: false,
    });
    expect(Object.keys(settings)).not.toContain('store');
  });

  it('has the time limit of the client', async () => {
    const { clientTimeoutMs, worstCase } = await explained('plain.json', '--timeout', '5000', '--timeout', '4000');
    expect([clientTimeoutMs, worstCase.callMs]).toEqual([4_000, 34_000]);
  });

  it('has no breaker if there is none', async () => {
    writeFileSync(join(directory.path, 'off.json'), '{ "breaker": false }');
    expect((await explained('off.json')).breaker).toBeNull();
  });

  it('has figures for three rates if none is given', async () => {
    const { loads } = await explained('plain.json');
    expect(loads.map(({ callsPerSecond }) => callsPerSecond)).toEqual([1, 100, 1_000]);
  });
});

describe('warnings', () => {
  it('end a run with 1 only if they are forbidden', async () => {
    expect((await explain('hurtful.json')).code).toBe(0);
    expect((await explain('hurtful.json', '--strict')).code).toBe(1);
    expect((await explain('hurtful.json', '--strict', '--json')).code).toBe(1);
    expect((await explain('plain.json', '--strict')).code).toBe(1);
    expect((await explain('plain.json', '--strict', '--timeout', '5000')).code).toBe(0);
  });

  it('can be left out one by one', async () => {
    const { warnings, ignored } = await explained('hurtful.json', '--ignore', 'no-jitter', '--ignore', 'no-timeout');
    expect(warnings.map(({ id }) => id)).toEqual(['no-budget']);
    expect(ignored).toEqual(['no-jitter', 'no-timeout']);
    const strict = await explain(
      'hurtful.json',
      '--strict',
      ...['no-jitter', 'no-budget', 'no-timeout'].flatMap((id) => ['--ignore', id]),
    );
    expect(strict.code).toBe(0);
    expect(strict.stdout).toContain('Ignored: no-jitter, no-timeout, no-budget.');
  });

  it('consider the given rate', async () => {
    expect((await explained('plain.json', '--timeout', '5000', '--rate', '1')).warnings.map(({ id }) => id)).toEqual(
      [],
    );
    expect((await explained('plain.json', '--timeout', '5000', '--rate', '0.03')).warnings.map(({ id }) => id)).toEqual(
      ['window-too-short'],
    );
  });
});

describe('--markdown', () => {
  const read = (name: string) => readFileSync(join(directory.path, name), 'utf8');

  it('prints the document, which names the command that makes it', async () => {
    const { stdout } = await explain('hurtful.json', '--rate', '50', '--ignore', 'no-budget', '--markdown');
    expect(stdout).toMatch(/^# Policy "billing" \(enforce\), from hurtful\.json\n/);
    expect(stdout).toContain('`breakwater explain hurtful.json --rate 50 --ignore no-budget --markdown`');
    expect(stdout).toContain(
      '| retry | min | mean | max | throttled min | throttled mean | throttled max |\n|---|---:|',
    );
    expect(stdout).toContain('- **no-jitter** (`retry.backoff.jitter`): ');
  });

  it('writes the document, unless it is current', async () => {
    expect(await explain('plain.json', '--markdown', 'P.md')).toMatchObject({ code: 0, stderr: 'written P.md\n' });
    expect(read('P.md')).toBe(
      (await explain('plain.json', '--markdown')).stdout.replace('--markdown`', '--markdown P.md`'),
    );
    expect(await explain('plain.json', '--markdown', 'P.md')).toMatchObject({ code: 0, stderr: 'current P.md\n' });
  });

  it('passes the check if it is current, also with other line ends', async () => {
    await explain('plain.json', '--markdown', 'C.md');
    const check = () => explain('plain.json', '--markdown', 'C.md', '--check');
    expect(await check()).toEqual({ code: 0, stdout: '', stderr: 'current C.md\n' });
    writeFileSync(join(directory.path, 'C.md'), read('C.md').replaceAll('\n', '\r\n'));
    expect((await check()).code).toBe(0);
  });

  it('fails the check if it is stale, with a diff, and is not changed', async () => {
    await explain('plain.json', '--markdown', 'S.md');
    const changed: PolicyOptions = { budget: false };
    writeFileSync(join(directory.path, 'changing.json'), JSON.stringify(changed));
    const before = read('S.md');
    const { code, stdout, stderr } = await explain('changing.json', '--markdown', 'S.md', '--check');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^-- \*\*Budget\*\*: 20 % of calls/m);
    expect(stdout).toMatch(/^\+- \*\*Budget\*\*: Off\.$/m);
    expect(stderr).toContain('stale S.md');
    expect(read('S.md')).toBe(before);
  });

  it('fails the check if it is missing', async () => {
    const { code, stdout } = await explain('plain.json', '--markdown', 'missing.md', '--check');
    expect(code).toBe(1);
    expect(stdout).toContain('+# Policy "default" (enforce), from plain.json');
  });

  it('reports a file that cannot be written', async () => {
    const { code, stderr } = await explain('plain.json', '--markdown', 'plain.json/where.md');
    expect(code).toBe(2);
    expect(stderr).toContain('error: plain.json/where.md could not be ');
  });

  it('makes the directories of the document', async () => {
    expect(await explain('plain.json', '--markdown', 'a/b/C.md')).toMatchObject({
      code: 0,
      stderr: 'written a/b/C.md\n',
    });
    expect(read('a/b/C.md')).toContain('# Policy "default"');
  });

  it('does not take a name for markup', async () => {
    writeFileSync(join(directory.path, 'marked.json'), JSON.stringify({ name: '<b>*_`[x]' }));
    const { stdout } = await explain('marked.json', '--markdown');
    expect(stdout.split('\n')[0]).toBe('# Policy "\\<b\\>\\*\\_\\`\\[x\\]" (enforce), from marked.json');
  });
});
