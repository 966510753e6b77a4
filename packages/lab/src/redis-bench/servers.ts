import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A Redis of our own. */
export interface BenchRedis {
  readonly url: string;
  /** Commands run and bytes received since it started. */
  usage(): Promise<{ readonly commands: number; readonly bytesIn: number; readonly bytesOut: number }>;
  stop(): void;
}

export async function startRedis(): Promise<BenchRedis> {
  const port = await freePort();
  const child = spawn(
    'redis-server',
    ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) if (line.includes('Ready to accept connections')) break;
  child.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    async usage() {
      const [stats, commands] = await Promise.all([ask(port, 'INFO stats'), ask(port, 'INFO commandstats')]);
      const numberIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
      return {
        commands: numberIn(commands, /cmdstat_evalsha:calls=(\d+)/),
        bytesIn: numberIn(stats, /total_net_input_bytes:(\d+)/),
        bytesOut: numberIn(stats, /total_net_output_bytes:(\d+)/),
      };
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** A server that is healthy until the bench makes it fail. */
export interface Upstream {
  readonly url: string;
  failing: boolean;
  /** Time of its first failure, on the clock that all processes share. */
  failedAtMs: number | undefined;
  stop(): void;
}

export async function startUpstream(): Promise<Upstream> {
  const server = createServer((_, response) => {
    if (upstream.failing) upstream.failedAtMs ??= Number(process.hrtime.bigint() / 1_000n) / 1_000;
    response.writeHead(upstream.failing ? 500 : 200).end('done');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: Upstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    failing: false,
    failedAtMs: undefined,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return upstream;
}

async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(`${command}\r\nQUIT\r\n`);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  return heard;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
