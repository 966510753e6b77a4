import type { RedisPort } from '../clients/port.js';
import type { FleetView } from './fleet-view.js';
import { parseView } from './fleet-view.js';
import type { KeyLayout } from './key-layout.js';
import { runMarked, runScript, type ScriptName } from './run-script.js';

/** Scripts that read or change one breaker, and those of them that tell the fleet. */
type BreakerScript = Exclude<ScriptName, 'note' | 'board' | 'show' | 'look'>;
type TellingScript = Exclude<BreakerScript, 'sync' | 'probe'>;
type Arguments = readonly (string | number)[];

/** The scripts of breakers. `name` is the breaker's. */
export class BreakerCommands {
  readonly #port: RedisPort;
  readonly #layout: KeyLayout;

  constructor(port: RedisPort, layout: KeyLayout) {
    this.#port = port;
    this.#layout = layout;
  }

  /**
   * Rejects if Redis does not answer, or if the answer is none of this package's scripts, or that of another command.
   */
  async run(name: string, script: BreakerScript, ...args: Arguments): Promise<FleetView> {
    const reply = await runMarked(this.#port, script, this.#layout.breaker(name), args);
    const view = parseView(reply);
    if (view === undefined) throw new Error(`Redis answered with what no script of this version says: ${reply}`);
    return view;
  }

  /** The same for those that tell the fleet: the channel goes first. A change that they made is noted on the board. */
  async tell(name: string, script: TellingScript, ...args: Arguments): Promise<FleetView> {
    const view = await this.run(name, script, this.#layout.channel, ...args);
    if (view.applied && script !== 'cool') this.#note(name, view);
    return view;
  }

  /** In the background: on a board without this note, a process that starts reads the state itself. */
  #note(name: string, { generation, phase, remainingMs, growth, why }: FleetView): void {
    const args = [name, generation, phase, remainingMs, growth, why];
    runScript(this.#port, 'note', this.#layout.board, args).catch(() => {});
  }
}
