import type { BreakerStore } from '@breakwater/core';
import { portFor } from './clients/redis-client.js';
import { background, endsWithin } from './commands/background.js';
import { BreakerCommands } from './commands/breaker-commands.js';
import { LATE_MS } from './commands/command-queue.js';
import { Health } from './commands/health.js';
import { defaultInstanceName, instanceIdFor } from './commands/instance-name.js';
import { layoutFor, nameOf } from './commands/key-layout.js';
import { FleetBreaker } from './fleet/fleet-breaker.js';
import { FleetFeed } from './fleet/fleet-feed.js';
import type { FleetBreakerHost } from './fleet/fleet-link.js';
import { holdKey } from './fleet/key-hold.js';
import { instanceBoard } from './instances/instance-board.js';
import { type RedisStoreOptions, resolveStoreOptions } from './options.js';

/** A breaker store on Redis, Valkey, or anything that speaks their protocol. */
export interface RedisStore extends BreakerStore {
  /**
   * Sends all unsent outcomes and transitions, and takes over the state of the fleet. For a process that is about to
   * stop or to be frozen. Never rejects, and waits at most a second for a Redis that does not answer.
   */
  flush(): Promise<void>;
  /** Closes the store's own connection and releases all keys, which go on locally. Does not close the user's client. */
  close(): void;
}

/**
 * Shares breakers and cool-downs with all processes that use the same Redis, prefix, policy name and key.
 * No call waits for Redis, except for a probe of a half-open circuit, which waits for at most `probeWaitMs`. No failure
 * of Redis fails a call.
 *
 * @throws TypeError or RangeError for invalid options, naming option, rule and value.
 */
export function redisStore(options: RedisStoreOptions): RedisStore {
  return openStore(options, undefined);
}

/** Opens the store with keys of the given layout version. */
export function openStore(options: RedisStoreOptions, layoutVersion: string | undefined): RedisStore {
  const settings = resolveStoreOptions(options);
  const port = portFor(options.client);
  const layout = layoutFor(settings.prefix, layoutVersion, port.space);
  const health = new Health(background.now);
  const instance = options.instance ?? defaultInstanceName();
  const commands = new BreakerCommands(port, layout);
  const host: FleetBreakerHost = { settings, commands, background, health, instance: instanceIdFor(instance) };
  const keys = new Map<string, FleetBreaker>();
  const news = new FleetFeed(port, layout, background, health, (name, view) => {
    const key = keys.get(name);
    key?.applyView(view);
    return key !== undefined;
  });

  const close = (key: FleetBreaker): void => {
    key.close();
    const { name } = key;
    if (keys.get(name) === key) keys.delete(name);
    if (keys.size === 0) news.stop();
  };

  return {
    instance,
    attach(id, watcher, context) {
      const name = nameOf(id);
      let key = keys.get(name);
      const isNew = key === undefined;
      key ??= new FleetBreaker(host, name, context);
      const link = holdKey(key, watcher, close);
      if (isNew) {
        keys.set(name, key);
        key.start(news.take(name));
        news.start();
      }
      return link;
    },
    onStatus: (listener) => health.onStatus(listener),
    instances: (topic) => instanceBoard(port, layout.instances(topic), host.instance, background),
    async flush() {
      const loaded = endsWithin(news.load(), LATE_MS, background);
      await Promise.all([loaded, ...[...keys.values()].map((key) => key.flush())]);
    },
    close() {
      for (const key of [...keys.values()]) close(key);
      news.stop();
    },
  };
}
