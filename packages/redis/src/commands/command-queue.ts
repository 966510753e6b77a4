import type { Background } from './background.js';
import type { FleetView } from './fleet-view.js';
import type { Health } from './health.js';

/** Time without an answer after which Redis counts as gone. */
const LATE_MS = 1_000;
/** It passes in so many steps: an answer that came while this process was busy with other things is read between two. */
const STEPS = 4;

/** Notifications of a key's queue. */
export interface QueueEvents {
  /** A command has failed, or has not been answered in time. */
  failed(): void;
  /** A command has been answered, the first since one failed. Called before the answer is passed on. */
  returned(): void;
}

/** One key's commands on their way. Whatever becomes of them, nothing rejects: the health tells. */
export class CommandQueue {
  readonly #background: Background;
  readonly #health: Health;
  readonly #owner: object;
  readonly #on: QueueEvents;
  readonly #outstanding = new Set<Promise<unknown>>();
  #closed = false;
  #isOut = false;

  constructor(background: Background, health: Health, owner: object, on: QueueEvents) {
    this.#background = background;
    this.#health = health;
    this.#owner = owner;
    this.#on = on;
  }

  /**
   * Returns the answer, or undefined if there is none; `ended` gets the same first. An answer to a closed queue is
   * dropped.
   */
  send(
    command: () => Promise<FleetView>,
    ended: (view: FleetView | undefined) => void,
  ): Promise<FleetView | undefined> {
    const asked = this.#run(command, ended);
    this.#outstanding.add(asked);
    void asked.then(() => this.#outstanding.delete(asked));
    return asked;
  }

  /** Resolves when all that is on its way has ended, or has taken too long. */
  async drain(): Promise<void> {
    await Promise.race([Promise.all(this.#outstanding), this.answerTimeout()]);
  }

  /** Longest wait for an answer. */
  answerTimeout(): Promise<void> {
    return new Promise((resolve) => void this.#background.later(resolve, LATE_MS));
  }

  close(): void {
    this.#closed = true;
    this.#health.forget(this.#owner);
  }

  async #run(
    command: () => Promise<FleetView>,
    ended: (view: FleetView | undefined) => void,
  ): Promise<FleetView | undefined> {
    const late = (): void => this.#failed(new Error(`Redis has not answered for ${LATE_MS} ms`));
    const cancel = this.#afterSteps(STEPS, late);
    try {
      const view = await command();
      if (!this.#closed) this.#worked();
      ended(this.#closed ? undefined : view);
      return view;
    } catch (error) {
      ended(undefined);
      this.#failed(error);
      return undefined;
    } finally {
      cancel();
    }
  }

  #afterSteps(steps: number, task: () => void): () => void {
    const next = (): void => {
      if (steps === 1) task();
      else cancel = this.#afterSteps(steps - 1, task);
    };
    let cancel = this.#background.later(next, LATE_MS / STEPS);
    return () => cancel();
  }

  #worked(): void {
    this.#health.worked(this.#owner);
    if (this.#isOut) this.#on.returned();
    this.#isOut = false;
  }

  #failed(error: unknown): void {
    if (this.#closed) return;
    this.#health.failed(this.#owner, error);
    this.#isOut = true;
    this.#on.failed();
  }
}
