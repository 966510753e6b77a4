import { type ClusterNode, type FailoverCluster, failoverGuard } from './cluster-failover.js';
import { hasMethods, hasOne, type RedisPort, type Subscriber } from './port.js';

/** The used part of a client, Sentinel client or cluster of node-redis. */
export interface NodeRedisClient {
  readonly isOpen: boolean;
  /** Missing on a Sentinel client. */
  readonly options?: unknown;
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  eval(text: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Missing on a Sentinel client, which has a connection for messages itself. */
  duplicate?(...args: never[]): unknown;
}

interface NodeRedisNode {
  scan(cursor: string, options: { MATCH: string; COUNT: number }): Promise<{ cursor: unknown; keys: unknown[] }>;
}

interface NodeRedisCluster extends NodeRedisClient, FailoverCluster {
  readonly replicas?: readonly unknown[];
  nodeClient(node: unknown): NodeRedisNode | Promise<NodeRedisNode>;
}

interface NodeRedisSentinel extends NodeRedisClient {
  subscribe(channel: string, listener: (message: unknown) => void): Promise<unknown>;
  unsubscribe(channel: string, listener: (message: unknown) => void): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

interface NodeRedisSubscriber {
  readonly isOpen: boolean;
  /** Missing on a cluster. */
  readonly isReady?: boolean;
  /** The connection on which a cluster listens. */
  readonly pubSubNode?: { readonly address: string } | undefined;
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: unknown) => void): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  unref?(): void;
  disconnect?(): unknown;
  destroy?(): unknown;
}

export function isNodeRedis(client: unknown): client is NodeRedisClient {
  return (
    hasMethods(client, 'evalSha', 'eval') && hasOne(client, 'duplicate', 'subscribe') && 'isOpen' in (client as object)
  );
}

export function nodeRedisPort(client: NodeRedisClient): RedisPort {
  const guarded = isCluster(client) ? failoverGuard(client) : <T>(_key: string, answer: Promise<T>) => answer;
  const database = optionOf(client, 'database');
  return {
    space: typeof database === 'number' && database > 0 ? `db${database}` : '',
    evalSha: (sha, key, args) => guarded(key, client.evalSha(sha, { keys: [key], arguments: [...args] })),
    eval: (text, key, args) => guarded(key, client.eval(text, { keys: [key], arguments: [...args] })),
    scan: (pattern) => scanAll(client, pattern),
    isOpen: () => client.isOpen,
    subscriber: () => (isSentinel(client) ? subscriberOfSentinel(client) : subscriberOf(client)),
  };
}

/** In this mode of `redis` 4 commands return nothing: the answer would go to a callback. */
export function isInLegacyMode(client: NodeRedisClient): boolean {
  return optionOf(client, 'legacyMode') === true && 'v4' in client;
}

function optionOf({ options }: NodeRedisClient, name: string): unknown {
  return typeof options === 'object' && options !== null ? (options as Record<string, unknown>)[name] : undefined;
}

async function* scanAll(client: NodeRedisClient, pattern: string): AsyncIterable<string> {
  for (const node of await nodesOf(client)) {
    let cursor = '0';
    do {
      const reply = await node.scan(cursor, { MATCH: pattern, COUNT: 1_000 });
      yield* reply.keys.map(String);
      cursor = String(reply.cursor);
    } while (cursor !== '0');
  }
}

function nodesOf(client: NodeRedisClient): Promise<readonly NodeRedisNode[]> {
  if (!isCluster(client)) return Promise.resolve([client as unknown as NodeRedisNode]);
  return Promise.all(client.masters.map(async (node) => client.nodeClient(node)));
}

function isCluster(client: NodeRedisClient): client is NodeRedisCluster {
  return hasMethods(client, 'nodeClient') && Array.isArray((client as { masters?: unknown }).masters);
}

function isSentinel(client: NodeRedisClient): client is NodeRedisSentinel {
  return client.duplicate === undefined;
}

function subscriberOf(client: NodeRedisClient): Subscriber {
  const connection = client.duplicate?.() as NodeRedisSubscriber;
  connection.on('error', () => {});
  connection.unref?.();
  return {
    async subscribe(channel, listener) {
      await connection.connect();
      await connection.subscribe(channel, (message) => listener(String(message)));
    },
    onReconnect: (listener) => void connection.on('ready', listener),
    isListening: () => connection.isReady ?? connection.isOpen,
    isLost: () => isCluster(client) && !isKnown(client, connection.pubSubNode?.address),
    close: () => close(connection),
  };
}

/** Only the user's client knows the present nodes: the listening one sends no commands, so it learns of no change. */
function isKnown({ masters, replicas = [] }: NodeRedisCluster, address: string | undefined): boolean {
  return address === undefined || [...masters, ...replicas].some((node) => (node as ClusterNode).address === address);
}

function subscriberOfSentinel(client: NodeRedisSentinel): Subscriber {
  const undo: (() => unknown)[] = [];
  return {
    async subscribe(channel, listener) {
      const hear = (message: unknown): void => listener(String(message));
      undo.push(() => client.unsubscribe(channel, hear));
      await client.subscribe(channel, hear);
    },
    onReconnect(listener) {
      client.on('topology-change', listener);
      undo.push(() => client.off('topology-change', listener));
    },
    isListening: () => client.isOpen,
    close() {
      for (const step of undo.splice(0))
        Promise.resolve()
          .then(step)
          .catch(() => {});
    },
  };
}

/** Calls `disconnect` in version 4, else `destroy`. Both throw or reject if there is nothing to close. */
function close(connection: NodeRedisSubscriber): void {
  try {
    const closed = connection.destroy === undefined ? connection.disconnect?.() : connection.destroy();
    if (closed instanceof Promise) closed.catch(() => {});
  } catch {
    // Closed already.
  }
}
