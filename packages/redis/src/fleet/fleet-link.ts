import type { KeyState, StoreContext } from '@breakwater/core/store';
import type { Background } from '../commands/background.js';
import type { BreakerCommands } from '../commands/breaker-commands.js';
import type { FleetView } from '../commands/fleet-view.js';
import type { Health } from '../commands/health.js';
import type { RedisStoreSettings } from '../options.js';

/** Common parts of the keys of a store. */
export interface FleetBreakerHost {
  readonly settings: RedisStoreSettings;
  readonly commands: BreakerCommands;
  readonly background: Background;
  readonly health: Health;
  /** This process, among those of the fleet. */
  readonly instance: string;
}

/** One key's link to the fleet, as its parts use it. */
export interface FleetLink {
  readonly host: FleetBreakerHost;
  /** Name of the breaker. */
  readonly name: string;
  readonly state: KeyState;
  /** Another one if the rules change. */
  readonly context: StoreContext;
  /** The newest of the fleet's generations that the state follows. */
  readonly generation: number;
  /** Calls of the fleet in a second; undefined if they are not known. */
  readonly callsPerSecond: number | undefined;
  /** Tells if commands of this key fail. */
  readonly isDegraded: boolean;
  /** Runs a command and takes over the view that it answers. Undefined if there was no answer. Never rejects. */
  send(
    command: () => Promise<FleetView>,
    ended?: (view: FleetView | undefined) => void,
  ): Promise<FleetView | undefined>;
  /** Asks for a round trip. `urgent`: the others should know soon. */
  noteCall(urgent: boolean): void;
  /** Makes sure that round trips go on. */
  wake(): void;
}
