import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { fileURLToPath } from 'node:url';
import { resilience } from '@breakwater/got';
import { type Got, got } from 'got';
import { AGAIN, type Section } from './group.js';
import { measure } from './measure.js';

const CONCURRENCY = 32;

/** Requests over kept connections on loopback, many at a time. */
export const gotCalls: Section = async (effort) => {
  // Every process of the bench is a file beside this one.
  const server = fork(fileURLToPath(new URL('./got-server.mjs', import.meta.url)), [], { execArgv: [] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  // One agent for all, so that all have the same connections.
  const agent = { http: new Agent({ keepAlive: true, maxSockets: CONCURRENCY, maxFreeSockets: CONCURRENCY }) };
  const url = `http://127.0.0.1:${port}/`;
  const bare = got.extend({ agent });
  try {
    const cases = [
      { name: 'bare', client: bare },
      { name: AGAIN, client: got.extend({ agent }) },
      { name: 'bare, retry off', client: got.extend({ agent, retry: { limit: 0 } }) },
      { name: 'breakwater', client: bare.extend(resilience()) },
    ].map(({ name, client }) => ({ name, run: (calls: number) => sendMany(client, url, calls) }));
    const samples = await measure(cases, effort, { rounds: 100, batch: 256 });
    const name = `got: GET over loopback, ${CONCURRENCY} at a time`;
    return [{ name, unit: 'ns', reading: 'rate', base: 'bare', ours: 'breakwater', cases: samples }];
  } finally {
    agent.http.destroy();
    server.kill();
  }
};

async function sendMany(client: Got, url: string, calls: number): Promise<void> {
  let begun = 0;
  const sender = async (): Promise<void> => {
    while (begun < calls) {
      begun += 1;
      await client.get(url);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sender));
}
