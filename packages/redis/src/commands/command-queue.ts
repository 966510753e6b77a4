import { type Background, endsWithin } from './background.js';
import type { FleetView } from './fleet-view.js';
import type { Health } from './health.js';

/** Common parts of the queues of a store. */
export interface QueueHost {
  readonly background: Background;
  readonly health: Health;
}

/** Time without an answer after which Redis counts as gone. */
export const LATE_MS = 1_000;
/**
 * It passes in so many steps: an answer that came while this process was busy with other things is read between two.
 */
const STEPS = 4;

/** One key's commands on their way. Whatever becomes of them, nothing rejects: the health tells. */
export abstract class CommandQueue<Host extends QueueHost = QueueHost> {
  readonly host: Host;
  /** Undefined if there are none, as nearly always. */
  #outstanding: Set<Promise<unknown>> | undefined;
  #isClosed = false;
  #isOut = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** Tells that a command has failed, or has not been answered in time. */
  protected abstract failed(): void;

  /** Tells that a command has been answered, the first since one failed. Called before the answer is passed on. */
  protected abstract returned(): void;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Tells if commands of this key fail. */
  get isDegraded(): boolean {
    return this.host.health.isDegraded(this);
  }

  /**
   * Returns the answer, or undefined if there is none; `ended` gets the same first. An answer to a closed queue is
   * dropped.
   */
  ask(command: () => Promise<FleetView>, ended: (view: FleetView | undefined) => void): Promise<FleetView | undefined> {
    const asked = this.#run(command, ended);
    this.#outstanding ??= new Set();
    this.#outstanding.add(asked);
    void asked.then(() => this.#isBack(asked));
    return asked;
  }

  /** Resolves when all that is on its way has ended, with true, or with false if it takes too long. */
  protected drain(): Promise<boolean> {
    return this.inTime(Promise.all(this.#outstanding ?? []));
  }

  /** Tells if that ends before Redis counts as gone. */
  protected inTime(ending: Promise<unknown>): Promise<boolean> {
    return endsWithin(ending, LATE_MS, this.host.background);
  }

  close(): void {
    this.#isClosed = true;
    this.host.health.forget(this);
  }

  async #run(
    command: () => Promise<FleetView>,
    ended: (view: FleetView | undefined) => void,
  ): Promise<FleetView | undefined> {
    const late = (): void => this.#failed(new Error(`Redis has not answered for ${LATE_MS} ms`));
    const cancel = this.#afterSteps(STEPS, late);
    try {
      const view = await command();
      if (!this.#isClosed) this.#worked();
      ended(this.#isClosed ? undefined : view);
      return view;
    } catch (error) {
      ended(undefined);
      this.#failed(error);
      return undefined;
    } finally {
      cancel();
    }
  }

  #isBack(asked: Promise<unknown>): void {
    this.#outstanding?.delete(asked);
    if (this.#outstanding?.size === 0) this.#outstanding = undefined;
  }

  #afterSteps(steps: number, task: () => void): () => void {
    const next = (): void => {
      if (steps === 1) task();
      else cancel = this.#afterSteps(steps - 1, task);
    };
    let cancel = this.host.background.later(next, LATE_MS / STEPS);
    return () => cancel();
  }

  #worked(): void {
    this.host.health.worked(this);
    if (this.#isOut) this.returned();
    this.#isOut = false;
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    this.host.health.failed(this, error);
    this.#isOut = true;
    this.failed();
  }
}
