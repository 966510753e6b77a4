import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { owned } from './processes.js';
import { describeWithRedis, startRedis } from './redis-server.js';

const home = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(home, 'README.md'), 'utf8');

describeWithRedis('the examples of the README', () => {
  test('run one after the other, and leave a circuit for the script to see', async () => {
    const redis = await startRedis();
    const upstream = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const directory = mkdtempSync(join(home, 'node_modules', '.readme-'));
    try {
      const { port } = upstream.address() as AddressInfo;
      const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code = '']) => code);
      expect(blocks).toHaveLength(2);
      const code = [
        ...blocks,
        'console.log(policy.breaker("https://billing.example.com").key);',
        'policy.close();',
        'await client.quit();',
      ]
        .join('\n')
        .replaceAll('redis://localhost:6379', redis.url)
        .replaceAll("fetch('https://billing.example.com", `fetch('http://127.0.0.1:${port}`)
        .replaceAll("from 'redis'", "from 'redis-5'");
      const file = join(directory, 'readme.mts');
      writeFileSync(file, code);
      const args = ['--import', 'tsx', '--conditions=@breakwater/source', file];
      const child = spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
      owned(child);
      let printed = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
      const [exitCode] = await once(child, 'close');
      expect({ exitCode, printed }).toEqual({
        exitCode: 0,
        printed: '200\nhttps://billing.example.com\n',
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
      upstream.close();
      await redis.stop();
    }
  });
});
