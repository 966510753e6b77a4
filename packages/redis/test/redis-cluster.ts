import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

const SLOTS = 16_384;
const SIZE = 3;

/** Three primaries that share the slots. */
export interface RedisCluster {
  /** Ports of the primaries and the replicas. */
  readonly urls: readonly string[];
  /** The primaries at the start of the cluster. */
  readonly nodes: readonly RedisServer[];
  /** A replica for each primary, in the same order. None by default. */
  readonly replicas: readonly RedisServer[];
  /** Returns the node that stores a key. */
  nodeOf(key: string): Promise<RedisServer>;
  /** Resolves when all nodes serve all slots. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster({ replicated = false } = {}): Promise<RedisCluster> {
  const settings = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--repl-diskless-sync-delay',
    '0',
    '--cluster-require-full-coverage',
    'no',
  ];
  const start = (count: number): Promise<RedisServer[]> =>
    Promise.all(Array.from({ length: count }, () => startRedis(undefined, ...settings)));
  const [nodes, replicas] = await Promise.all([start(SIZE), start(replicated ? SIZE : 0)]);
  const all = [...nodes, ...replicas];
  const firstSlot = (index: number): number => Math.floor((index * SLOTS) / SIZE);
  for (const [index, { port }] of nodes.entries()) {
    await say(port, `CLUSTER ADDSLOTSRANGE ${firstSlot(index)} ${firstSlot(index + 1) - 1}`);
  }
  for (const { port } of all.slice(1)) await say(port, `CLUSTER MEET 127.0.0.1 ${nodes[0]?.port}`);
  const cluster: RedisCluster = {
    urls: all.map(({ url }) => url),
    nodes,
    replicas,
    async nodeOf(key) {
      const slot = Number(/:(\d+)/.exec(await say(nodes[0]?.port ?? 0, `CLUSTER KEYSLOT "${key}"`))?.[1]);
      const node = nodes.find((_, index) => slot < firstSlot(index + 1));
      if (node === undefined) throw new Error(`no node for slot ${slot}`);
      return node;
    },
    async whole() {
      await until('the cluster to be whole', 20_000, async () => {
        const infos = await Promise.all(all.map(({ port }) => say(port, 'CLUSTER INFO')));
        return infos.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`));
      });
    },
    async stop() {
      await Promise.all(all.map((node) => node.stop()));
    },
  };
  await cluster.whole();
  for (const [index, { port }] of replicas.entries()) {
    const id = /\r\n([0-9a-f]{40})\r\n/.exec(await say(nodes[index]?.port ?? 0, 'CLUSTER MYID'))?.[1];
    await until('the replica to know its primary', 10_000, async () =>
      (await say(port, `CLUSTER REPLICATE ${id}`)).startsWith('+OK'),
    );
    await until('the replica to be in step', 10_000, async () =>
      (await say(port, 'INFO replication')).includes('master_link_status:up'),
    );
  }
  return cluster;
}
