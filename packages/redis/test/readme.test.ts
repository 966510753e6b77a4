import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { describeWithRedis } from './describe-with-redis.js';
import { owned } from './processes.js';
import { startRedis } from './redis-server.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(home, 'README.md'), 'utf8');

describeWithRedis('the examples of the README', () => {
  test('run one after the other against a real server', async () => {
    const directory = mkdtempSync(join(home, '.readme-'));
    const redis = await startRedis();
    const upstream = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1');
    try {
      await once(upstream, 'listening');
      const { port } = upstream.address() as AddressInfo;
      const file = join(directory, 'readme.mts');
      writeFileSync(file, program(redis.url, `http://127.0.0.1:${port}`));
      const args = ['--import', 'tsx', '--conditions=@breakwater/source', file];
      const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
      owned(child);
      let printed = '';
      const print = (chunk: unknown): void => {
        printed += String(chunk);
      };
      child.stdout.on('data', print);
      child.stderr.on('data', print);
      const [exitCode] = await once(child, 'close');
      // The breaker may or may not be listed already: that depends on when its first message reached Redis.
      const [status, listed = ''] = printed.split('\n');
      expect({ exitCode, status }).toEqual({ exitCode: 0, status: '200' });
      expect(listed).toMatch(/^(billing https:\/\/billing\.example\.com closed 0)?$/);
    } finally {
      rmSync(directory, { recursive: true, force: true });
      upstream.closeAllConnections();
      upstream.close();
      await redis.stop();
    }
  });
});

/** Returns the README's examples as one module that uses local servers and ends by itself. */
function program(redisUrl: string, upstreamUrl: string): string {
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
  expect(blocks).toHaveLength(2);
  return [...blocks, 'policy.close();', 'await client.quit();']
    .join('\n')
    .replaceAll('redis://localhost:6379', redisUrl)
    .replaceAll("fetch('https://billing.example.com", `fetch('${upstreamUrl}`)
    .replaceAll("from 'redis'", "from 'redis-5'");
}
