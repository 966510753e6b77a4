import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { type RedisServer, say, startRedis } from '../redis-server.js';

/** A primary with a replica behind one address, which leads to the replica after a failover. */
export interface MovingRedis {
  readonly url: string;
  /** Harms the server once, for `ms`. */
  harm(kind: Harm, ms: number): Promise<void>;
  stop(): Promise<void>;
}

export const harms = ['killed', 'stopped', 'failed over', 'flushed', 'cut off'] as const;
export type Harm = (typeof harms)[number];

export async function startMovingRedis(): Promise<MovingRedis> {
  let primary = await startRedis();
  let replica = await startReplica(primary);
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(primary.port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const does: Readonly<Record<Harm, (ms: number) => Promise<unknown>>> = {
    async killed(ms) {
      await primary.signal('SIGKILL');
      await pass(ms);
      await primary.revive();
      // A server that was first started as a replica starts as a replica again.
      await say(primary.port, 'REPLICAOF NO ONE');
    },
    async stopped(ms) {
      await primary.signal('SIGSTOP');
      await pass(ms);
      await primary.revive();
    },
    async 'failed over'(ms) {
      await primary.signal('SIGKILL');
      await pass(ms);
      await say(replica.port, 'REPLICAOF NO ONE');
      const lost = primary;
      primary = replica;
      cut();
      await lost.stop();
      replica = await startReplica(primary);
    },
    async flushed(ms) {
      await pass(ms);
      await say(primary.port, 'FLUSHALL');
    },
    async 'cut off'(ms) {
      await pass(ms);
      cut();
    },
  };
  return {
    url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async harm(kind, ms) {
      await does[kind](ms);
    },
    async stop() {
      cut();
      proxy.close();
      await Promise.all([primary.stop(), replica.stop()]);
    },
  };
}

async function startReplica(of: RedisServer): Promise<RedisServer> {
  return startRedis(undefined, '--replicaof', '127.0.0.1', `${of.port}`);
}
