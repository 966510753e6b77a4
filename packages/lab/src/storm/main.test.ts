import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

const directory = mkdtempSync(join(tmpdir(), 'storm-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function storm(...args: string[]): Promise<Ended> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const flags = ['--import', 'tsx', '--conditions=@breakwater/source'];
  const lab = fileURLToPath(new URL('../../', import.meta.url));
  const child = spawn(process.execPath, [...flags, main, ...args], {
    cwd: lab,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('the storm bench', () => {
  test('runs a shape with fresh processes and writes table, JSON and page', async () => {
    const [json, html] = [join(directory, 'storm.json'), join(directory, 'storm.html')];
    const options = ['--shape', 'blip', '--rate', '50', '--client', 'bare-axios', '--shorten', '0.05'];
    const { code, stdout, stderr } = await storm(...options, '--json', json, '--html', html);

    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('[1/1] blip 50/s bare-axios') });
    expect(stdout).toMatch(/blip at 50 calls a second[\s\S]*bare-axios/);
    const { scenes } = JSON.parse(readFileSync(json, 'utf8'));
    expect(scenes[0].runs[0].client.name).toBe('bare-axios');
    expect(scenes[0].runs[0].figures.calls).toBeGreaterThan(20);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('uPlot');
    expect(page).not.toMatch(/(src|href)="http/);
  }, 30_000);

  test('shows its help, its list, and the error for wrong arguments', async () => {
    const [help, list, wrong] = await Promise.all([storm('--help'), storm('--list'), storm('--rate', 'many')]);
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('--shape') });
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining('one-bad-host') });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--rate must be a number') });
  }, 30_000);
});
