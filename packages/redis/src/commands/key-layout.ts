import type { StoreId } from '@breakwater/core/store';
import { globOf } from '../clients/glob.js';

/** Version of the keys, of what is in them and of the messages. Versions side by side see nothing of each other. */
export const LAYOUT_VERSION = 'v4';

/** Names of the keys and the channel in Redis. */
export interface KeyLayout {
  /**
   * The hash of one breaker. All that a script touches is in it, so that every script stays in one slot of a cluster.
   */
  breaker(name: string): string;
  /** Matches the hashes of all breakers, for SCAN. */
  readonly pattern: string;
  /** Returns the name in such a key; undefined if it is none of this store. */
  nameIn(key: string): string | undefined;
  /** Channel of the changes. */
  readonly channel: string;
  /** The hash of all circuits that are not closed, for processes that start. */
  readonly board: string;
  /** The hash of what the instances show each other on a topic. */
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
 * One name for policy and key. Braces would end the hash tag early, and a colon in the policy's name would be taken for
 * ours.
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
