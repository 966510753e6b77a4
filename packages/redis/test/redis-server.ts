import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { owned } from './processes.js';

/** The program of the servers: `redis-server`, or another that speaks its protocol, such as `valkey-server`. */
export const SERVER_PROGRAM = process.env.REDIS_SERVER ?? 'redis-server';

/** A real server, started for a test and ended by it. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Ends the process with a signal, and waits for its end if the signal ends it. */
  signal(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts a killed server again, empty and on the same port. Continues a paused one. */
  revive(): Promise<void>;
  /** Number of times that a command has run, by `INFO commandstats`. */
  commandCount(command: string): Promise<number>;
  stop(): Promise<void>;
}

export async function startRedis(port?: number, ...args: readonly string[]): Promise<RedisServer> {
  const chosen = port ?? (await freePort());
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-redis-'));
  const start = (): Promise<ChildProcess> => launch(chosen, directory, args);
  let child = await start();
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill(name);
    if (name === 'SIGKILL') await ended;
  };
  return {
    port: chosen,
    url: `redis://127.0.0.1:${chosen}`,
    signal,
    async revive() {
      if (child.signalCode === null) child.kill('SIGCONT');
      else child = await start();
    },
    async commandCount(command) {
      const info = await say(chosen, 'INFO commandstats');
      return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
    },
    async stop() {
      await signal('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A Sentinel that watches a server, and its replica if there is one, under the name `main`. */
export async function startSentinel(
  watched: RedisServer,
  hasReplica = false,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'breakwater-sentinel-'));
  const file = join(directory, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${directory}`,
      `sentinel monitor main 127.0.0.1 ${watched.port} 1`,
      'sentinel down-after-milliseconds main 500',
      '',
    ].join('\n'),
  );
  const child = await spawnServer([file, '--sentinel'], hasReplica ? '+slave slave' : '+monitor master main');
  return {
    port,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function launch(port: number, directory: string, args: readonly string[]): Promise<ChildProcess> {
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  return spawnServer([...settings, ...args], 'Ready to accept connections');
}

async function spawnServer(args: readonly string[], ready: string): Promise<ChildProcess> {
  const child = spawn(SERVER_PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  owned(child);
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (line.includes(ready)) {
      child.stdout.resume();
      return child;
    }
  }
  throw new Error(`${SERVER_PROGRAM} did not start:\n${said.join('\n')}`);
}

/** Sends an inline command on a connection of its own. Resolves with all that the server sends until it closes it. */
export async function say(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${command}\r\nQUIT\r\n`);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}
