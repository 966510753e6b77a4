import { globOf } from './glob.js';
import { hasMethods, type RedisPort, type Subscriber } from './port.js';

/** The used part of a `Redis` or `Cluster` of ioredis. */
export interface IoredisClient {
  readonly status: string;
  readonly options?: { readonly db?: number | undefined; readonly keyPrefix?: string | undefined } | undefined;
  evalsha(sha: string, keys: number, ...args: string[]): Promise<unknown>;
  eval(text: string, keys: number, ...args: string[]): Promise<unknown>;
  duplicate(...args: never[]): unknown;
}

interface IoredisNode {
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', size: number): Promise<[string, string[]]>;
}

interface IoredisSubscriber {
  readonly stream?: { unref?(): void };
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: string[]) => void): unknown;
  disconnect(reconnect?: boolean): void;
}

export function isIoredis(client: unknown): client is IoredisClient {
  return hasMethods(client, 'evalsha', 'eval', 'duplicate') && 'status' in (client as object);
}

export function ioredisPort(client: IoredisClient): RedisPort {
  return {
    space: spaceOf(client),
    evalSha: (sha, key, args) => client.evalsha(sha, 1, key, ...args),
    eval: (text, key, args) => client.eval(text, 1, key, ...args),
    scan: (pattern) => scanAll(client, pattern),
    isOpen: () => client.status !== 'end' && client.status !== 'wait',
    subscriber: () => subscriberOf(client),
  };
}

function spaceOf(client: IoredisClient): string {
  const { db = 0, keyPrefix = '' } = client.options ?? {};
  return [keyPrefix, ...(db > 0 ? [`db${db}`] : [])].filter(Boolean).join(':');
}

async function* scanAll(client: IoredisClient, pattern: string): AsyncIterable<string> {
  // Patterns and the keys of an answer are the server's: ioredis neither adds its prefix to them nor removes it.
  const { keyPrefix = '' } = client.options ?? {};
  for (const node of nodesOf(client)) {
    let cursor = '0';
    do {
      const [next, keys] = await node.scan(cursor, 'MATCH', globOf(keyPrefix) + pattern, 'COUNT', 1_000);
      yield* keys.map((key) => key.slice(keyPrefix.length));
      cursor = next;
    } while (cursor !== '0');
  }
}

function nodesOf(client: IoredisClient): readonly IoredisNode[] {
  if (!isCluster(client)) return [client as unknown as IoredisNode];
  return (client as unknown as { nodes(role: 'master'): IoredisNode[] }).nodes('master');
}

function isCluster(client: IoredisClient): boolean {
  return (client as { isCluster?: boolean }).isCluster === true;
}

/**
 * Options of a listening connection. Whatever the options of the user's client, it waits for its server and reconnects.
 * It is subscribed again by the store and not by ioredis, whose own attempt would reject unhandled if the server has
 * revoked the right to the channel. It closes without waiting for the server, since the timer of that wait would keep
 * the process alive.
 */
const LISTENING = {
  lazyConnect: true,
  enableOfflineQueue: true,
  autoResubscribe: false,
  maxRetriesPerRequest: null,
  disconnectTimeout: 0,
};

function subscriberOf(client: IoredisClient): Subscriber {
  const duplicate = client.duplicate as (...args: readonly unknown[]) => unknown;
  const isOfCluster = isCluster(client);
  const connection = (
    isOfCluster
      ? duplicate.call(client, [], { lazyConnect: true, enableOfflineQueue: true })
      : duplicate.call(client, LISTENING)
  ) as IoredisSubscriber;
  let tell = (): void => {};
  let isListening = false;
  connection.on('error', () => {});
  connection.on('close', () => {
    isListening = false;
  });
  connection.on('connect', () => connection.stream?.unref?.());
  return {
    async subscribe(channel, listener) {
      connection.on('message', (heard, message) => {
        if (heard === channel) listener(String(message));
      });
      const heardAgain = (): void => {
        isListening = true;
        tell();
      };
      await connection.connect();
      await connection.subscribe(channel);
      isListening = true;
      connection.on('ready', () => {
        // The connection of a cluster moves its subscriptions to another node by itself, and handles their errors.
        if (isOfCluster) heardAgain();
        // After a refusal the connection is closed, so that the client retries at its own pace.
        else void connection.subscribe(channel).then(heardAgain, () => connection.disconnect(true));
      });
    },
    onReconnect(listener) {
      tell = listener;
    },
    isListening: () => isListening,
    close: () => connection.disconnect(),
  };
}
