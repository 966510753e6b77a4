/** The part of a client that the store needs. */
export interface RedisPort {
  /**
   * Part of the server in which the client's keys are: its database, and the prefix that the client puts before each
   * key. Empty for the whole. Messages are sent to all parts, so the channel's name has it.
   */
  readonly space: string;
  evalSha(sha: string, key: string, args: readonly string[]): Promise<unknown>;
  eval(text: string, key: string, args: readonly string[]): Promise<unknown>;
  /** Returns all keys that match, on all primaries, without the prefix of the client. */
  scan(pattern: string): AsyncIterable<string>;
  /** Tells if the client is connected or connecting. */
  isOpen(): boolean;
  /** Returns a connection of the store's own, for messages. */
  subscriber(): Subscriber;
}

/** A connection that only listens. It reconnects by itself, and keeps no process alive if the client allows that. */
export interface Subscriber {
  /** Resolves when messages of the channel will be received. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Calls `listener` after each reconnection: messages may have been missed. */
  onReconnect(listener: () => void): void;
  /** Tells if its connection is up. */
  isListening(): boolean;
  /** Tells if it listens to a server that has left the cluster. Another subscriber has to replace it. */
  isLost?(): boolean;
  close(): void;
}

/** Tells if an unknown value has all these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const record = value as Record<string, unknown>;
  return names.every((name) => typeof record[name] === 'function');
}

/** Tells if an unknown value has at least one of these methods. */
export function hasOne(value: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => hasMethods(value, name));
}
