import { isRedisClient, type RedisClient } from './clients/redis-client.js';
import { shown } from './shown.js';

/** Options of a fleet's store. All but `client` are optional. */
export interface RedisStoreOptions {
  /** The user's own client: connected, connecting, or connected later by the user. The store never closes it. */
  readonly client: RedisClient;
  /**
   * Prefix of all keys and of the channel. Services with the same prefix receive each other's messages.
   *
   * @default 'breakwater'
   */
  readonly prefix?: string | undefined;
  /**
   * Name of this process for operators: in `openedBy`, snapshots, events and on the live page. At most 100 characters.
   *
   * @default the host's name, which is the pod's in Kubernetes, and the process id
   */
  readonly instance?: string | undefined;
  /**
   * `fleet`: outcomes are pooled, and the rate rules are tested on the fleet's sum. `transitions`: each process judges
   * by its own outcomes, and its decisions hold for all.
   *
   * @default 'fleet'
   */
  readonly scope?: 'fleet' | 'transitions' | undefined;
  /**
   * Number of processes that must see the server fail before the fleet opens, and must have failed a probe before it
   * opens again: 1 to 64, or `'auto'`: one if only one has traffic, else two, and more than are being served.
   * With fewer, a process opens only for itself. A process sees the server fail by a run of failures half as long as
   * `consecutiveFailures`, or if its own outcomes reach `failureRate`.
   *
   * @default 'auto'
   */
  readonly quorum?: number | 'auto' | undefined;
  /**
   * Shortest interval at which a process reports failures, per key, in ms.
   *
   * @default 250
   */
  readonly syncMs?: number | undefined;
  /**
   * Interval at which a process reports healthy traffic and polls for missed changes, per key in use, in ms.
   *
   * @default 1_000
   */
  readonly pollMs?: number | undefined;
  /**
   * Longest wait of an attempt for the lease of a probe, in ms. After it the local rule holds.
   *
   * @default 100
   */
  readonly probeWaitMs?: number | undefined;
}

/** The options, complete. */
export interface RedisStoreSettings {
  readonly prefix: string;
  readonly scope: 'fleet' | 'transitions';
  readonly quorum: number | 'auto';
  readonly syncMs: number;
  readonly pollMs: number;
  readonly probeWaitMs: number;
}

export const redisStoreDefaults: RedisStoreSettings = Object.freeze({
  prefix: 'breakwater',
  scope: 'fleet',
  quorum: 'auto',
  syncMs: 250,
  pollMs: 1_000,
  probeWaitMs: 100,
});

const MAX_QUORUM = 64;
const MAX_MS = 60_000;
const MAX_NAME = 100;
const KNOWN: readonly (keyof RedisStoreOptions)[] = [
  'client',
  'prefix',
  'instance',
  'scope',
  'quorum',
  'syncMs',
  'pollMs',
  'probeWaitMs',
];

/** @throws TypeError or RangeError, naming option, rule and value. */
export function resolveStoreOptions(options: RedisStoreOptions): RedisStoreSettings {
  checkNames(options);
  const {
    prefix = redisStoreDefaults.prefix,
    scope = redisStoreDefaults.scope,
    quorum = redisStoreDefaults.quorum,
    syncMs = redisStoreDefaults.syncMs,
    pollMs = Math.max(redisStoreDefaults.pollMs, syncMs),
    probeWaitMs = redisStoreDefaults.probeWaitMs,
    instance,
  } = options;
  checkPrefix(prefix);
  checkInstance(instance);
  if (scope !== 'fleet' && scope !== 'transitions') {
    throw new TypeError(`scope must be 'fleet' or 'transitions', got ${quoted(scope)}`);
  }
  if (quorum !== 'auto') checkInteger('quorum', quorum, 1, MAX_QUORUM, "'auto' or ");
  checkInteger('syncMs', syncMs, 10, MAX_MS);
  checkInteger('pollMs', pollMs, 10, MAX_MS);
  checkInteger('probeWaitMs', probeWaitMs, 0, MAX_MS);
  if (pollMs < syncMs) throw new RangeError(`pollMs must be >= syncMs (${syncMs}), got ${pollMs}`);
  return Object.freeze({ prefix, scope, quorum, syncMs, pollMs, probeWaitMs });
}

function checkNames(options: unknown): void {
  if (typeof options !== 'object' || options === null || isRedisClient(options)) {
    throw new TypeError(
      `options must be an object such as { client }, got ${isRedisClient(options) ? 'the client itself' : shown(options)}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (KNOWN.includes(name as keyof RedisStoreOptions)) continue;
    throw new TypeError(`${name} is not an option; there are ${KNOWN.join(', ')}`);
  }
}

/** Braces in the prefix would put all keys into one slot of a cluster. */
export function checkPrefix(prefix: unknown): void {
  if (typeof prefix !== 'string' || prefix === '' || /[{}]/.test(prefix)) {
    throw new TypeError(`prefix must be a non-empty string without braces, got ${quoted(prefix)}`);
  }
}

function checkInstance(instance: unknown): void {
  if (instance === undefined) return;
  if (typeof instance === 'string' && instance !== '' && instance.length <= MAX_NAME) return;
  throw new TypeError(`instance must be a non-empty string of at most ${MAX_NAME} characters, got ${quoted(instance)}`);
}

function checkInteger(name: string, value: unknown, min: number, max: number, or = ''): void {
  const rule = `${name} must be ${or}an integer from ${min} to ${max}`;
  if (typeof value !== 'number') throw new TypeError(`${rule}, got ${quoted(value)}`);
  if (!Number.isInteger(value) || value < min || value > max) throw new RangeError(`${rule}, got ${value}`);
}

/** Shows short text as it is: none of these options is a secret. */
function quoted(value: unknown): string {
  return typeof value === 'string' && value.length <= MAX_NAME ? JSON.stringify(value) : shown(value);
}
