import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import axios from 'axios';
import { attachResilience, reportOf } from '../src/index.js';

test('a request over a Unix socket belongs to that socket', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'socket-'));
  const paths = ['a.sock', 'b.sock'].map((name) => join(directory, name));
  const servers = paths.map((path) => createServer((_, response) => response.end('fine')).listen(path));
  const api = axios.create({ baseURL: 'http://localhost' });
  const { policy } = attachResilience(api);
  try {
    const keys = [];
    for (const socketPath of paths) keys.push(reportOf(await api.get('/', { socketPath }))?.key);
    keys.push(reportOf(await api.get('/', { socketPath: paths[0] ?? '', resilience: { key: 'own' } }))?.key);
    expect(keys).toEqual([...paths.map((path) => `unix:${path}`), 'own']);
    expect(Object.keys(policy.snapshot().keys).sort()).toEqual([...keys].sort());
  } finally {
    for (const server of servers) server.close().closeAllConnections();
    rmSync(directory, { recursive: true, force: true });
  }
});
