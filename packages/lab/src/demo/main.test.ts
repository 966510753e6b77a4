import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const PATIENCE_MS = 10_000;

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const command = ['--import', 'tsx', '--conditions=@breakwater/source', 'packages/lab/src/demo/main.ts'];

const started: ChildProcess[] = [];

afterEach(() => {
  for (const { pid } of started.splice(0)) if (pid !== undefined && isAlive(-pid)) process.kill(-pid, 'SIGKILL');
});

/** The demo, in a process group of its own, so that any process that it leaves behind can be found. */
function demo(...args: readonly string[]) {
  const child = spawn(process.execPath, [...command, ...args], {
    cwd: root,
    detached: true,
    env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(async ([code]) => ({ code, ...output, leftovers: await remains(child) }));
  return { child, output, ended };
}

/**
 * Tells if any process of its group is left; a loader's own helper may need a moment to see that its process has gone.
 */
async function remains({ pid = 0 }: ChildProcess): Promise<boolean> {
  const startedMs = performance.now();
  while (isAlive(-pid) && performance.now() - startedMs < PATIENCE_MS) await delay(20);
  return isAlive(-pid);
}

/** Tells if the process lives, or with a negative number any process of that group. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the demo', () => {
  test('runs through all phases, shows both sides in a table, ends by itself and leaves nothing running', async () => {
    const { code, stdout, stderr, leftovers } = await demo('--plain', '--seconds', '3').ended;

    expect({ code, stderr, leftovers }).toEqual({ code: 0, stderr: '', leftovers: false });
    for (const phase of ['CALM', 'BROWNOUT', 'OUTAGE', 'THROTTLING', 'RECOVERY']) {
      expect(stdout).toContain(`\n${phase}: `);
    }
    const rows = stdout.split('\n').filter((line) => line.includes('│'));
    expect(rows.map((line) => line.split(' ')[0])).toEqual([
      'phase',
      '',
      'calm',
      'brownout',
      'outage',
      'throttling',
      'recovery',
      'total',
    ]);
    expect(stdout).toMatch(/Of \d+ calls on each side/);
    expect(stdout).not.toContain(String.fromCharCode(27));
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with exit code %d and leaves nothing running', async (signal, expected) => {
    const { child, output, ended } = demo('--plain');
    while (!output.stdout.includes('CALM')) await once(child.stdout, 'data');

    child.kill(signal);
    const { code, stdout, stderr, leftovers } = await ended;

    expect({ code, stderr, leftovers }).toEqual({ code: expected, stderr: '', leftovers: false });
    expect(stdout).not.toContain('│');
  });

  test('shows a policy on the live page until it is ended, and leaves nothing running', async () => {
    const { child, output, ended } = demo('--page', '--seconds', '3');
    while (!output.stdout.includes('calm')) await once(child.stdout, 'data');
    const [url = ''] = /http:\/\/localhost:\d+\//.exec(output.stdout) ?? [];
    const page = await fetch(url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>Breakwater demo</title>')]);
    const keys = async (): Promise<readonly { readonly key: string; readonly calls: number }[]> => {
      const answer = await fetch(`${url}snapshot.json`);
      return ((await answer.json()) as { keys: { key: string; calls: number }[] }).keys.filter(
        ({ calls }) => calls > 0,
      );
    };
    while ((await keys()).length < 2) await delay(100);
    expect((await keys()).map(({ key }) => key).sort()).toEqual(['orders.demo', 'search.demo']);
    // Round after round.
    while ((output.stdout.match(/calm/g)?.length ?? 0) < 2) await once(child.stdout, 'data');

    child.kill('SIGINT');
    const { code, stderr, leftovers } = await ended;
    expect({ code, stderr, leftovers }).toEqual({ code: 130, stderr: '', leftovers: false });
  });

  test('prints its usage', async () => {
    const { code, stdout } = await demo('--help').ended;

    expect(code).toBe(0);
    expect(stdout).toMatch(/--plain.*--seconds/s);
  });
});
