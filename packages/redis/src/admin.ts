import type { BreakerPhase } from '@breakwater/core';
import type { RedisPort } from './clients/port.js';
import { portFor, type RedisClient } from './clients/redis-client.js';
import { BreakerCommands } from './commands/breaker-commands.js';
import type { FleetView } from './commands/fleet-view.js';
import { idOf, type KeyLayout, layoutFor, nameOf } from './commands/key-layout.js';
import { checkPrefix, redisStoreDefaults } from './options.js';
import { shown } from './shown.js';

/** Prefix of the breakers' keys. */
export interface AdminOptions {
  /**
   * As in `redisStore`.
   *
   * @default 'breakwater'
   */
  readonly prefix?: string | undefined;
}

/** A breaker, seen from outside its processes. */
export interface BreakerTarget extends AdminOptions {
  /** The policy's name, as given to `createPolicy`. */
  readonly policy: string;
  readonly key: string;
}

/** One breaker as the fleet sees it. */
export interface BreakerSummary {
  readonly policy: string;
  readonly key: string;
  readonly state: BreakerPhase;
  /** Time for which the circuit stays open, in ms. 0 if it is not open. */
  readonly remainingMs: number;
  /** Time until the end of a cool-down, in ms. 0 if there is none. */
  readonly coolDownMs: number;
  /** Number of probes under way. */
  readonly probes: number;
  /**
   * Number of different breaker rules among its processes: more than 1 while a deploy with other rules is under way.
   */
  readonly ruleSets: number;
  /** Number of processes that have the key in use. */
  readonly instances: number;
  /** Time since the last report of one of them, in ms. */
  readonly sinceSyncMs: number;
  /**
   * Names of the processes whose failures opened the circuit, eight at most, as on the live page; empty if it is closed
   * or was opened by hand.
   */
  readonly openedBy: readonly string[];
}

/**
 * Returns all breakers that the fleet has used lately, sorted by name. Reads all keys of the server, or of all
 * primaries of a cluster, with SCAN. It is meant for scripts and consoles, not for the path of a request.
 */
export async function listBreakers(client: RedisClient, options: AdminOptions = {}): Promise<BreakerSummary[]> {
  const { port, layout, commands } = reach(client, options);
  const names = new Set<string>();
  for await (const key of port.scan(layout.pattern)) {
    const name = layout.nameIn(key);
    if (name !== undefined) names.add(name);
  }
  const look = async (name: string): Promise<BreakerSummary> =>
    summaryOf(name, await commands.run(name, 'sync', '-', 0, 0, 0, 0, '-', '-', 1, 0, 0, '-'));
  return Promise.all([...names].sort().map(look));
}

/** Opens a circuit for the whole fleet, until `forceClose` or a `close()` of one of its processes. */
export async function forceOpen(client: RedisClient, target: BreakerTarget): Promise<void> {
  await force(client, target, 'forced-open', 'forced-open');
}

/** Closes a circuit for the whole fleet. */
export async function forceClose(client: RedisClient, target: BreakerTarget): Promise<void> {
  await force(client, target, 'closed', 'forced-close');
}

async function force(client: RedisClient, target: BreakerTarget, phase: BreakerPhase, why: string): Promise<void> {
  checkTarget(target);
  await reach(client, target).commands.tell(nameOf(target), 'force', phase, why);
}

function checkTarget(target: unknown): void {
  if (typeof target !== 'object' || target === null) {
    throw new TypeError(`target must be an object such as { policy, key }, got ${shown(target)}`);
  }
  for (const name of ['policy', 'key'] as const) {
    const value: unknown = (target as Partial<BreakerTarget>)[name];
    if (typeof value !== 'string') throw new TypeError(`${name} must be a string, got ${shown(value)}`);
  }
}

function reach(client: RedisClient, { prefix = redisStoreDefaults.prefix }: AdminOptions): ReachedFleet {
  checkPrefix(prefix);
  const port = portFor(client);
  const layout = layoutFor(prefix, undefined, port.space);
  return { port, layout, commands: new BreakerCommands(port, layout) };
}

interface ReachedFleet {
  readonly port: RedisPort;
  readonly layout: KeyLayout;
  readonly commands: BreakerCommands;
}

function summaryOf(name: string, view: FleetView): BreakerSummary {
  const { phase, remainingMs, coolRemainingMs, leases, ruleSets, instances, sinceSyncMs, openedBy } = view;
  const state = phase === 'open' && remainingMs === 0 ? 'half-open' : phase;
  return {
    ...idOf(name),
    state,
    remainingMs,
    coolDownMs: coolRemainingMs,
    probes: leases,
    ruleSets,
    instances,
    sinceSyncMs,
    openedBy,
  };
}
