import type { FleetView } from '../commands/fleet-view.js';
import type { FleetLink } from './fleet-link.js';

/** The part of a key's link that tells the fleet of cool-downs, and takes over theirs. */
export class FleetCoolDown {
  readonly #link: FleetLink;
  #generation = 0;
  #isUntold = false;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(link: FleetLink) {
    this.#link = link;
  }

  /** Tells if the fleet does not know of the last change yet. */
  get isUntold(): boolean {
    return this.#isUntold;
  }

  changed(remainingMs: number): void {
    const { background, settings } = this.#link.host;
    const isSoon = background.now() - this.#toldMs < settings.syncMs;
    this.#isUntold = true;
    if (remainingMs > 0 && isSoon) this.#link.noteCall(true);
    else this.tell();
  }

  /** Tells what remains, unless Redis fails. */
  tell(): void {
    const { context, host, isDegraded, name, state } = this.#link;
    if (isDegraded) return;
    const remainingMs = Math.ceil(state.coolDown.remainingMs(context.clock.now()));
    this.#isUntold = false;
    this.#toldMs = host.background.now();
    void this.#link
      .send(() => host.commands.tell(name, 'cool', remainingMs))
      .then((view) => {
        if (view === undefined) this.#isUntold = remainingMs > 0;
      });
  }

  follow({ coolGeneration, coolRemainingMs }: FleetView): void {
    if (coolGeneration <= this.#generation) return;
    this.#generation = coolGeneration;
    const { context, state } = this.#link;
    const nowMs = context.clock.now();
    const longestMs = context.longestCoolDownMs?.() ?? coolRemainingMs;
    if (coolRemainingMs > 0) state.coolDown.start(Math.min(coolRemainingMs, longestMs), nowMs, undefined);
    else if (state.coolDown.remainingMs(nowMs) > 0 && !this.#isUntold) state.coolDown.lift();
  }
}
