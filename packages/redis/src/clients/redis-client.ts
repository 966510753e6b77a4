import { shown } from '../shown.js';
import { type IoredisClient, ioredisPort, isIoredis } from './ioredis.js';
import { isInLegacyMode, isNodeRedis, type NodeRedisClient, nodeRedisPort } from './node-redis.js';
import type { RedisPort } from './port.js';

/** A client of `redis` 4 to 6 (single, Sentinel or cluster) or of `ioredis` 5 or 6 (`Redis` or `Cluster`). */
export type RedisClient = NodeRedisClient | IoredisClient;

/**
 * Returns the part of a client that the store needs. Clients are recognised by their methods, not by their class, since
 * there may be several copies of a library.
 *
 * @throws TypeError if the value is not such a client.
 */
export function portFor(client: RedisClient): RedisPort {
  const given: unknown = client;
  if (isIoredis(given)) return ioredisPort(given);
  if (isNodeRedis(given)) {
    if (isInLegacyMode(given)) throw new TypeError('client must be without legacyMode, got a client in legacyMode');
    return nodeRedisPort(given);
  }
  throw new TypeError(`client must be a client of redis 4 to 6 or of ioredis 5 or 6, got ${shown(given)}`);
}

export function isRedisClient(value: unknown): value is RedisClient {
  return isIoredis(value) || isNodeRedis(value);
}
