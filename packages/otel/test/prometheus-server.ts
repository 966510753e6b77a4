import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from '@jest/globals';
import type { ScrapedSample } from './scrape.js';

const found = ['prometheus', 'promtool'].every((program) => spawnSync(program, ['--version']).status === 0);

/** Suites that need Prometheus itself. Without it they are skipped with a message; they fail if `CI` is set. */
export function describeWithPrometheus(title: string, suite: () => void): void {
  // The reporter of the tests knows these words.
  const missing = `${title}, for want of prometheus`;
  if (found) describe(title, suite);
  else if (process.env.CI)
    test(missing, () => expect('prometheus (Debian: apt-get install -y prometheus)').toBe('there'));
  else describe.skip(missing, suite);
}

/** A sample at a time, in seconds since 1970. */
export interface TimedSample extends ScrapedSample {
  readonly at: number;
}

/** A Prometheus that holds some samples, and scrapes nothing. */
export interface PrometheusServer {
  /** Evaluates a query at a time, in seconds since 1970. */
  query(expression: string, at: number): Promise<readonly ScrapedSample[]>;
}

/** Starts a Prometheus with these samples while `use` runs. */
export async function withPrometheus(
  samples: readonly TimedSample[],
  use: (server: PrometheusServer) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-prometheus-'));
  const [text, config, data] = ['samples', 'prometheus.yml', 'data'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(text, `${samples.map(line).join('')}# EOF\n`);
  writeFileSync(config, '{}');
  execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', text, data], { stdio: 'pipe' });
  const port = await freePort();
  const child = spawn('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  try {
    await isReady(child);
    await use({ query: (expression, at) => ask(port, expression, at) });
  } finally {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Runs `promtool` on files with these contents, the first of which is named. Returns what it says; throws if it is not
 * content.
 */
export function promtool(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return execFileSync('promtool', args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function line({ name, labels, value, at }: TimedSample): string {
  const shown = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${shown.join(',')}} ${value} ${at}\n`;
}

/** It says so when it serves; it would end by itself if it could not. */
async function isReady(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (child.stderr === null) throw new Error('no stderr');
  for await (const text of createInterface(child.stderr)) {
    said.push(text);
    if (!text.includes('Server is ready to receive web requests')) continue;
    child.stderr.resume();
    return;
  }
  throw new Error(`prometheus did not start:\n${said.join('\n')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
  };
}

async function ask(port: number, expression: string, at: number): Promise<readonly ScrapedSample[]> {
  const query = new URLSearchParams({ query: expression, time: String(at) });
  const answer = (await (await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`)).json()) as Answer;
  if (answer.data === undefined) throw new Error(`${answer.error}: ${expression}`);
  return answer.data.result.map(({ metric: { __name__: name = '', ...labels }, value }) => ({
    name,
    labels,
    value: Number(value[1]),
  }));
}
