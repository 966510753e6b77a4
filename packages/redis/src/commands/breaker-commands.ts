import type { RedisPort } from '../clients/port.js';
import type { FleetView } from './fleet-view.js';
import { parseView } from './fleet-view.js';
import type { KeyLayout } from './key-layout.js';
import { runMarked, runScript, type ScriptName } from './run-script.js';

/** One breaker's scripts, by name. */
export interface BreakerCommands {
  /**
   * Rejects if Redis does not answer, or if the answer is none of this package's scripts, or that of another command.
   */
  run(
    script: Exclude<ScriptName, 'note' | 'board' | 'show' | 'look'>,
    ...args: readonly (string | number)[]
  ): Promise<FleetView>;
  /** The same for those that tell the fleet: the channel goes first. A change that they made is noted on the board. */
  tell(
    script: 'trip' | 'close' | 'force' | 'settle' | 'cool',
    ...args: readonly (string | number)[]
  ): Promise<FleetView>;
}

export function breakerCommandsFor(port: RedisPort, layout: KeyLayout, name: string): BreakerCommands {
  const key = layout.breaker(name);

  const wire: BreakerCommands = {
    async run(script, ...args) {
      const reply = await runMarked(port, script, key, args);
      const view = parseView(reply);
      if (view === undefined) throw new Error(`Redis answered with what no script of this version says: ${reply}`);
      return view;
    },
    async tell(script, ...args) {
      const view = await wire.run(script, layout.channel, ...args);
      if (view.applied && script !== 'cool') note(view);
      return view;
    },
  };

  /** In the background: on a board without this note, a process that starts reads the state itself. */
  const note = ({ generation, phase, remainingMs, growth, why }: FleetView): void => {
    const args = [name, generation, phase, remainingMs, growth, why];
    runScript(port, 'note', layout.board, args).catch(() => {});
  };

  return wire;
}
