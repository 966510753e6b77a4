import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';

/**
 * Lets the server listen on a port that the system gives to no outgoing connection: while it is closed, a client that
 * connects to it a thousand times must not meet itself (a connection to an own ephemeral port succeeds), nor may
 * someone else take it.
 */
export async function listenBelowEphemeral(server: Server): Promise<number> {
  const end = Math.min(firstEphemeral(), 32_768);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * (end - FIRST));
    server.listen({ host: '127.0.0.1', port, backlog: 4_096 });
    try {
      await once(server, 'listening');
      return port;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
  throw new Error(`found no free port between ${FIRST} and ${end}`);
}

const FIRST = 20_000;

function firstEphemeral(): number {
  try {
    const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
    return Math.max(FIRST + 1_000, Number.parseInt(range, 10));
  } catch {
    // Not Linux: the others begin at 49152.
    return 49_152;
  }
}
