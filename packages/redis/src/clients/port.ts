/** The part of a client that the store needs. */
export interface RedisPort {
  /**
   * Part of the server in which the client's keys are: its database, and the prefix that the client puts before each
   * key. Empty for the whole. Messages are sent to all parts, so the channel's name has it.
   */
  readonly space: string;
  evalSha(sha: string, key: string, args: readonly string[]): Promise<unknown>;
  eval(text: string, key: string, args: readonly string[]): Promise<unknown>;
  /** All keys that match, on all primaries, without what the client puts before each. */
  scan(pattern: string): AsyncIterable<string>;
  /** Tells if the user has the client in use: connected, or connecting. */
  isOpen(): boolean;
  /** A connection of our own, for messages. */
  subscriber(): Subscriber;
}

/** A connection that only listens. It reconnects by itself, and keeps no process alive if the client allows that. */
export interface Subscriber {
  /** Resolves when the channel is heard. */
  subscribe(channel: string, listener: (message: string) => void): Promise<void>;
  /** Calls `listener` whenever messages may have been missed: after each time the connection was made anew. */
  onReconnect(listener: () => void): void;
  /** Tells if its connection is up. */
  isListening(): boolean;
  /** Tells if it still listens to a server that is gone for good: another subscriber has to take its place. */
  isLost?(): boolean;
  close(): void;
}

/** A structural look at something unknown. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const record = value as Record<string, unknown>;
  return names.every((name) => typeof record[name] === 'function');
}

export function hasOne(value: unknown, ...names: readonly string[]): boolean {
  return names.some((name) => hasMethods(value, name));
}
