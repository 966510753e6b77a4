import type { Clock } from '@breakwater/core';
import { Dice } from '../chance/dice.js';
import { startArrivals } from './arrivals.js';
import type { AttemptRecord, CallRecord } from './call-record.js';
import type { ClientModel } from './client-model.js';
import { ModelCall } from './model-call.js';
import type { Traffic } from './traffic.js';

/** The part of a stage that a client needs. */
export interface ClientHost {
  readonly clock: Clock;
  /** Names the client's random numbers. */
  readonly seed: number;
  /** Makes one call. Rejects with the error with which the call ends. */
  perform(call: ModelCall): Promise<{ readonly status: number }>;
  /** Called when a call begins. The returned function is called at the call's end. */
  callBegan(): (call: CallRecord) => void;
  attemptBegan(attempt: AttemptRecord): void;
}

/** A modelled part of an application, which calls servers by its traffic. */
export class ModelClient {
  readonly #name: string;
  readonly #model: ClientModel;
  readonly #host: ClientHost;
  #traffic: ClientModel['traffic'] | undefined;
  #stop: readonly ((untilMs: number) => void)[] = [];
  #calls = 0;

  constructor(name: string, model: ClientModel, host: ClientHost) {
    this.#name = name;
    this.#model = model;
    this.#host = host;
  }

  /**
   * Makes calls by this traffic from now on. The same traffic as before continues undisturbed; undefined stops it.
   *
   * @param atMs - the planned moment, which a real clock may have missed by a little
   */
  become(traffic: ClientModel['traffic'] | undefined, atMs: number): void {
    if (traffic === this.#traffic) return;
    this.#traffic = traffic;
    for (const stop of this.#stop) stop(atMs);
    this.#stop = listOf(traffic).map((one, index) => this.#start(one, index, atMs));
  }

  #start(traffic: Traffic, index: number, atMs: number): (untilMs: number) => void {
    const { clock, seed } = this.#host;
    const dice = new Dice(seed, index, this.#calls, ARRIVALS);
    return startArrivals(traffic, clock, atMs, dice, async () => void (await this.call()));
  }

  /** Makes one call. Resolves at its end, with whether it was answered. */
  async call(): Promise<boolean> {
    const { attemptBegan, callBegan, clock, perform, seed } = this.#host;
    const ended = callBegan();
    const index = this.#calls;
    this.#calls += 1;
    const dice = new Dice(seed, index, 0);
    const call = new ModelCall(this.#name, index, clock.now(), this.#model, dice, attemptBegan);
    try {
      const { status } = await perform(call);
      call.status = status;
      call.end = status < 400 ? 'answered' : 'failed';
    } catch (error) {
      call.code = codeOf(error);
      call.end = call.code !== undefined && REFUSALS.has(call.code) ? 'refused' : 'failed';
    }
    call.endedMs = clock.now();
    ended(call);
    return call.end === 'answered';
  }
}

/** Separates the dice of arrivals from those of calls. */
const ARRIVALS = -1;

const REFUSALS: ReadonlySet<string> = new Set(['ERR_LIMITED', 'ERR_CIRCUIT_OPEN', 'ERR_COOL_DOWN']);

function listOf(traffic: ClientModel['traffic'] | undefined): readonly Traffic[] {
  if (traffic === undefined) return [];
  return 'kind' in traffic ? [traffic] : traffic;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
