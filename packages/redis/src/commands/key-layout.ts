import type { StoreId } from '@breakwater/core/store';
import { globOf } from '../clients/glob.js';

/** Version of the keys, their values and the messages. Processes with different versions share nothing. */
export const LAYOUT_VERSION = 'v4';

/** Names of the keys and the channel in Redis. */
export interface KeyLayout {
  /**
   * Returns the key of one breaker's hash. Scripts use no other key, so that each runs in one slot of a cluster.
   */
  breaker(name: string): string;
  /** Pattern of the keys of all breakers, for SCAN. */
  readonly pattern: string;
  /** Returns the name in the key of a breaker. Undefined if the key does not belong to this store. */
  nameIn(key: string): string | undefined;
  /** Channel of the messages about changes. */
  readonly channel: string;
  /** Key of the hash with all circuits that are not closed, for processes that start. */
  readonly board: string;
  /** Returns the key of the hash with the texts that the instances show on a topic. */
  instances(topic: string): string;
}

/** `space`: where the keys are on the server, see `RedisPort`. */
export function layoutFor(prefix: string, version: string = LAYOUT_VERSION, space = ''): KeyLayout {
  const start = `${prefix}:{`;
  const end = `}:${version}`;
  return {
    breaker: (name) => start + name + end,
    pattern: `${globOf(prefix)}:{*}:${version}`,
    nameIn: (key) => (key.startsWith(start) && key.endsWith(end) ? key.slice(start.length, -end.length) : undefined),
    channel: `${prefix}:${version}:events${space === '' ? '' : `:${space}`}`,
    board: `${prefix}:${version}:board`,
    instances: (topic) => `${prefix}:${version}:instances:${topic}`,
  };
}

/**
 * Returns one name for policy and key. Braces are escaped, since they would end the hash tag early, and so is a colon
 * in the policy's name, since a colon separates policy and key.
 */
export function nameOf({ policy, key }: StoreId): string {
  return `${policy.replace(/[%{}:]/g, escapeCharacter)}:${key.replace(/[%{}]/g, escapeCharacter)}`;
}

export function idOf(name: string): StoreId {
  const colon = name.indexOf(':');
  return { policy: unescaped(name.slice(0, colon)), key: unescaped(name.slice(colon + 1)) };
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function unescaped(text: string): string {
  return text.replace(/%(25|7B|7D|3A)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
