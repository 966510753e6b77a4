/** The part of a `node:diagnostics_channel` channel that is used here. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Channels by event name; empty if the host has none. */
export type Channels = Readonly<Record<string, Channel | undefined>>;

const PREFIX = 'breakwater:';

interface HostProcess {
  getBuiltinModule?(name: string): { channel(name: string): Channel } | undefined;
}

/**
 * Returns the channel `breakwater:<event>` of each event. Gets the module from the process rather than by an import,
 * since the core runs in browsers too; Node has had the method for that since 20.16.
 */
export function channelsFor(names: readonly string[]): Channels {
  const { process } = globalThis as { process?: HostProcess };
  const diagnostics = process?.getBuiltinModule?.('node:diagnostics_channel');
  if (diagnostics === undefined) return {};
  return Object.fromEntries(names.map((name) => [name, diagnostics.channel(PREFIX + name)]));
}
