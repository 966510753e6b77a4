import { openRemainingMs, type Transition } from '@breakwater/core/store';
import type { FleetView } from '../commands/fleet-view.js';
import type { FleetEvidence } from './fleet-evidence.js';
import type { FleetLink } from './fleet-link.js';
import { NO_WINDOW } from './window-name.js';

const COUNT_WINDOW_MEMORY_MS = 30_000;

/** A transition that the fleet does not know yet. `reopen`: one that it knew before it lost its memory. */
export type PendingMove = 'open' | 'reopen' | 'closed' | 'forced-open' | 'forced-close' | 'reset';

/** The part of a key's link that tells the fleet of the transitions of this process. */
export class FleetMoves {
  readonly #link: FleetLink;
  readonly #evidence: FleetEvidence;
  /** Set if the circuit is open for this process alone: too few others saw failures. */
  isOpenOnlyHere = false;
  #pending: PendingMove | undefined;
  #why = '-';
  /** The last time at which a failure that this process saw itself opened the circuit. */
  #sawMs = Number.NEGATIVE_INFINITY;
  #version = 0;
  #inFlight = 0;
  /** The answer to a trip that came too late for the generation that it named. */
  #overtakenBy: FleetView | undefined;

  constructor(link: FleetLink, evidence: FleetEvidence) {
    this.#link = link;
    this.#evidence = evidence;
  }

  get isPending(): boolean {
    return this.#pending !== undefined;
  }

  /** Tells if the circuit is open by what this process has seen, and not, or not yet, for the fleet. */
  get isOpenByOwnFailures(): boolean {
    return this.isOpenOnlyHere || this.#pending === 'open';
  }

  /** Tells if what the fleet does not know yet is to be told again, although the fleet has changed meanwhile. */
  standsAgainst(view: FleetView): boolean {
    return !view.applied && (this.#isOrder || view === this.#overtakenBy);
  }

  get #isOrder(): boolean {
    return this.#pending === 'forced-open' || this.#pending === 'forced-close' || this.#pending === 'reset';
  }

  /** Tells if a move is on its way: its answer is newer than all that others tell. */
  get isInFlight(): boolean {
    return this.#inFlight > 0;
  }

  /** Tells the fleet that the circuit has opened here. */
  opened(transition: Transition): void {
    if (this.#evidence.hasSeenOutage(transition)) this.#sawMs = this.#link.host.background.now();
    this.queue('open', transition.why);
  }

  /** Tells the fleet, at once or when Redis is back. */
  queue(move: PendingMove, why = this.#why): void {
    this.#why = why;
    this.#version += 1;
    this.#pending = move;
    if (this.#link.isDegraded) this.#link.wake();
    else void this.#send(move);
  }

  /** Tells again what the fleet does not know yet. */
  retry(): void {
    if (this.#inFlight === 0 && this.#pending !== undefined) void this.#send(this.#pending);
  }

  /** Forgets what the fleet does not know: it knows something newer. */
  forget(): void {
    this.isOpenOnlyHere = false;
    this.#pending = undefined;
  }

  /** A move that does not reach the fleet stays pending. It is told when Redis is back, if it still holds then. */
  async #send(move: PendingMove): Promise<void> {
    const { breaker } = this.#link.state;
    if (move === 'open' && breaker.phase === 'half-open') {
      this.isOpenOnlyHere = true;
      this.#pending = undefined;
      return;
    }
    const version = this.#version;
    const { generation } = this.#link;
    const sentMs = this.#link.host.background.now();
    this.#inFlight += 1;
    const view = await this.#link.send(
      () => this.#command(move),
      (answer) => {
        this.#inFlight -= 1;
        const isNews = version === this.#version && this.#isOvertaken(move, generation, sentMs, answer);
        this.#overtakenBy = isNews ? answer : undefined;
      },
    );
    if (version !== this.#version) return;
    if (view === undefined) {
      this.#link.wake();
      return;
    }
    // Redis has lost its memory, and the move was one from a generation that it did not know. Its own is known by now.
    const isForgotten = !view.applied && view.generation < generation;
    if ((isForgotten || view === this.#overtakenBy) && this.#link.generation === view.generation) {
      this.retry();
      return;
    }
    const isAlone = move === 'open' && !view.applied && breaker.phase === 'open' && view.remainingMs === 0;
    // Too few others see the server fail. They may see it later, so it is told again.
    if (isAlone) this.isOpenOnlyHere = true;
    else this.#pending = undefined;
  }

  /**
   * Tells if the fleet closed the circuit in the moment in which fresh failures opened it here: the closing does not
   * know of them. A failed probe is older than a closing, which another probe has brought about.
   */
  #isOvertaken(move: PendingMove, generation: number, sentMs: number, view: FleetView | undefined): boolean {
    if (view === undefined || view.applied || view.phase !== 'closed' || view.generation <= generation) return false;
    const { background, settings } = this.#link.host;
    return move === 'open' && this.#why !== 'probe-failed' && background.now() - sentMs < settings.syncMs;
  }

  #command(move: PendingMove): Promise<FleetView> {
    const { generation, host, name } = this.#link;
    const { commands } = host;
    switch (move) {
      case 'open':
        return this.#trip(host.settings.quorum);
      case 'reopen':
        // A quorum has decided before, or one process that was alone.
        return this.#trip(0);
      case 'closed':
        return commands.tell(name, 'close', generation);
      case 'forced-open':
        return commands.tell(name, 'force', 'forced-open', 'forced-open');
      case 'forced-close':
      case 'reset':
        return commands.tell(name, 'force', 'closed', move);
    }
  }

  #trip(quorum: number | string): Promise<FleetView> {
    const { context, generation, host, name, state } = this.#link;
    const { window } = this.#evidence;
    const { clock, rules } = context;
    const remainingMs = Math.ceil(openRemainingMs(state.breaker, clock.now()));
    const memory = window === NO_WINDOW ? `t${COUNT_WINDOW_MEMORY_MS}` : window;
    const memoryMs = rules?.window.kind === 'time' ? rules.window.ms : COUNT_WINDOW_MEMORY_MS;
    const witness = host.background.now() - this.#sawMs < memoryMs ? host.instance : '-';
    return host.commands.tell(
      name,
      'trip',
      memory,
      generation,
      remainingMs,
      state.breaker.openSteps,
      quorum,
      witness,
      this.#why,
    );
  }
}
