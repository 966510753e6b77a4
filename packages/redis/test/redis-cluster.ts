import { until } from './fleet.js';
import { type RedisServer, say, startRedis } from './redis-server.js';

const SLOTS = 16_384;
const SIZE = 3;

/** Three primaries that share the slots, without replicas. */
export interface RedisCluster {
  readonly urls: readonly string[];
  readonly nodes: readonly RedisServer[];
  /** The node that a key lives on. */
  nodeOf(key: string): Promise<RedisServer>;
  /** Resolves when all nodes serve all slots. */
  whole(): Promise<void>;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<RedisCluster> {
  const settings = [
    '--cluster-enabled',
    'yes',
    '--cluster-node-timeout',
    '1000',
    '--cluster-require-full-coverage',
    'no',
  ];
  const nodes = await Promise.all(Array.from({ length: SIZE }, () => startRedis(undefined, ...settings)));
  const firstSlot = (index: number): number => Math.floor((index * SLOTS) / SIZE);
  for (const [index, { port }] of nodes.entries()) {
    await say(port, `CLUSTER ADDSLOTSRANGE ${firstSlot(index)} ${firstSlot(index + 1) - 1}`);
    if (index > 0) await say(port, `CLUSTER MEET 127.0.0.1 ${nodes[0]?.port}`);
  }
  const cluster: RedisCluster = {
    urls: nodes.map(({ url }) => url),
    nodes,
    async nodeOf(key) {
      const slot = Number(/:(\d+)/.exec(await say(nodes[0]?.port ?? 0, `CLUSTER KEYSLOT "${key}"`))?.[1]);
      const node = nodes.find((_, index) => slot < firstSlot(index + 1));
      if (node === undefined) throw new Error(`no node for slot ${slot}`);
      return node;
    },
    async whole() {
      await until('the cluster to be whole', 20_000, async () => {
        const infos = await Promise.all(nodes.map(({ port }) => say(port, 'CLUSTER INFO')));
        return infos.every((info) => info.includes('cluster_state:ok') && info.includes(`cluster_slots_ok:${SLOTS}`));
      });
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
  await cluster.whole();
  return cluster;
}
