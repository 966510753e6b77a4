/** Time without an answer after which the cluster may have another primary, in ms. */
const SILENT_MS = 250;
/** Interval of the checks while commands are unanswered, in ms. */
const LOOK_AGAIN_MS = 500;
/**
 * The hash of no script: a server answers MOVED or NOSCRIPT. The store needs the right to this command anyway.
 */
const NO_SCRIPT = '0'.repeat(40);

/** One server of a cluster, as the client knows it. */
export interface ClusterNode {
  readonly address: string;
  readonly client?: unknown;
}

interface NodeClient {
  readonly isReady?: boolean;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** Part of a node-redis cluster that is used here. */
export interface FailoverCluster {
  readonly masters: readonly unknown[];
  readonly isOpen: boolean;
  /** Missing in version 4. */
  readonly _slots?: { rediscover?(startWith: unknown): Promise<unknown> };
}

/**
 * Makes a cluster of node-redis notice that a replica has been promoted. Versions 4 and 5 read the topology again only
 * if a server answers MOVED. A dead primary answers nothing, so its commands wait for a reconnection without end.
 * Version 6 notices after some seconds.
 *
 * Returns a function that guards a command on `key`. If the answer is late, it sends a command on that key to the other
 * primaries. If one of them names a primary that the client does not know, the client reads the topology again from
 * that one. Version 4 offers no way to do that: its cluster may stay cut off until the lost server is back.
 */
export function failoverGuard(cluster: FailoverCluster): <T>(key: string, answer: Promise<T>) => Promise<T> {
  /**
   * The key of each unanswered command. A check of one key finds the new primary for all keys of the dead one.
   */
  const unanswered = new Map<object, string>();
  let timer: NodeJS.Timeout | undefined;

  const lookLater = (delayMs: number): void => {
    if (timer !== undefined || unanswered.size === 0) return;
    timer = setTimeout(() => void lookNow(), delayMs);
    timer.unref();
  };

  const lookNow = async (): Promise<void> => {
    const keys = [...unanswered.values()];
    const key = keys[Math.floor(Math.random() * keys.length)];
    if (key !== undefined && cluster.isOpen) await lookAfter(cluster, key).catch(() => {});
    timer = undefined;
    lookLater(LOOK_AGAIN_MS);
  };

  return async (key, answer) => {
    const command = {};
    unanswered.set(command, key);
    lookLater(SILENT_MS);
    try {
      return await answer;
    } finally {
      unanswered.delete(command);
      if (unanswered.size === 0) {
        clearTimeout(timer);
        timer = undefined;
      }
    }
  };
}

async function lookAfter(cluster: FailoverCluster, key: string): Promise<void> {
  const nodes = cluster.masters as readonly ClusterNode[];
  const named = await Promise.all(nodes.map(({ client }) => primaryNamedBy(client, key)));
  const isNews = (address: string | undefined): boolean =>
    address !== undefined && nodes.every((node) => node.address !== address);
  const informed = nodes[named.findIndex(isNews)];
  if (informed === undefined || !cluster.isOpen) return;
  await cluster._slots?.rediscover?.(informed.client);
}

/** Returns the address of the key's primary that a node names. Undefined if the node does not answer MOVED. */
async function primaryNamedBy(client: unknown, key: string): Promise<string | undefined> {
  if (!isReady(client)) return undefined;
  try {
    await client.evalSha(NO_SCRIPT, { keys: [key], arguments: [] });
    return undefined;
  } catch (error) {
    return error instanceof Error ? /^MOVED \d+ (\S+)$/.exec(error.message)?.[1] : undefined;
  }
}

function isReady(client: unknown): client is NodeClient {
  return typeof client === 'object' && client !== null && (client as NodeClient).isReady === true;
}
