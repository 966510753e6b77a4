export {
  type AdminOptions,
  type BreakerSummary,
  type BreakerTarget,
  forceClose,
  forceOpen,
  listBreakers,
} from './admin.js';
export type { RedisClient } from './clients/redis-client.js';
export { type RedisStoreOptions, type RedisStoreSettings, redisStoreDefaults } from './options.js';
export { type RedisStore, redisStore } from './redis-store.js';
